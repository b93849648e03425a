import { createContext, use, useId, useMemo, useRef, useState, type ComponentType, type ReactNode, type RefObject } from "react";
import { translator, type Translate } from "../../shop/messages";
import { useShop } from "../../shop/shop";

/** An amount of the cart that can be asked about, by what it stands for: it is found again after the cart has changed. */
export type Amount =
  | { kind: "line"; sku: string }
  | { kind: "goods" }
  | { kind: "discounts" }
  | { kind: "discount"; promotion: string }
  | { kind: "delivery" }
  | { kind: "relief" }
  | { kind: "tax"; name: string; rate: string }
  | { kind: "total" };

export type WhyPanelProps = {
  amount: Amount;
  /** The words of the panel, which are not among those of the page. */
  say: Translate;
  onClose: () => void;
};

type Asked = { amount: Amount; button: HTMLElement; id: string; say: Translate; Panel: ComponentType<WhyPanelProps> };

type Asking = {
  /** The button whose amount is explained now. */
  asked_by: string | undefined;
  /** Fails where the panel cannot be loaded. */
  ask: (amount: Amount, button: HTMLElement, id: string) => Promise<void>;
};

const AskingContext = createContext<Asking | undefined>(undefined);

// The panel's words: one file per language, as the page's, and loaded with the panel.
const sources = import.meta.glob<string>("../../../../../messages/why/*.ftl", { query: "?raw", import: "default" });

async function load(tag: string): Promise<Pick<Asked, "say" | "Panel">> {
  const { language } = new Intl.Locale(tag);
  const source = sources[`../../../../../messages/why/${language}.ftl`];
  if (source === undefined) throw new Error(`There are no words of the panel in "${language}".`);
  const [{ WhyPanel }, words] = await Promise.all([import("./why-panel"), source()]);
  return { Panel: WhyPanel, say: translator(language, words) };
}

type PlaceProps = {
  /** Takes the focus where the button that was pressed has gone with its amount. */
  focusAfter: RefObject<HTMLElement | null>;
  children: ReactNode;
};

/** Where amounts are asked about, one at a time. The panel outlives the button: its amount may go while it is read. */
export function WhyPlace({ focusAfter, children }: PlaceProps) {
  const { tag } = useShop();
  const [asked, setAsked] = useState<Asked>();
  const latest = useRef("");
  const asked_by = asked?.id;
  const asking = useMemo<Asking>(() => {
    const ask: Asking["ask"] = async (amount, button, id) => {
      latest.current = id;
      const loaded = await load(tag);
      // Another was asked about meanwhile.
      if (latest.current === id) setAsked({ amount, button, id, ...loaded });
    };
    return { asked_by, ask };
  }, [tag, asked_by]);
  const close = () => {
    const target = asked?.button.isConnected === true ? asked.button : focusAfter.current;
    setAsked(undefined);
    target?.focus();
  };
  return (
    <AskingContext value={asking}>
      {children}
      {asked !== undefined && <asked.Panel amount={asked.amount} say={asked.say} onClose={close} />}
    </AskingContext>
  );
}

type WhyProps = {
  amount: Amount;
  /** What a screen reader is told: it contains the words that are seen. */
  label: string;
  className?: string;
  /** Nothing where the button lies over what is written beside it. */
  children?: ReactNode;
};

/** An amount that tells why it is what it is. */
export function Why({ amount, label, className = "why", children }: WhyProps) {
  const { t, tag } = useShop();
  const asking = use(AskingContext);
  const id = useId();
  const [isLoading, setIsLoading] = useState(false);
  const [isFailed, setIsFailed] = useState(false);
  if (asking === undefined) throw new Error("Amounts are asked about within a place for the answer.");
  const ask = async (button: HTMLElement) => {
    setIsLoading(true);
    setIsFailed(false);
    try {
      await asking.ask(amount, button, id);
    } catch {
      setIsFailed(true);
    }
    setIsLoading(false);
  };
  // Where that fails, the press itself tells.
  const prepare = () => void load(tag).catch(() => undefined);
  return (
    <>
      <button
        type="button"
        className={className}
        aria-label={label}
        aria-haspopup="dialog"
        aria-expanded={asking.asked_by === id}
        aria-busy={isLoading || undefined}
        onPointerEnter={prepare}
        onClick={(event) => void ask(event.currentTarget)}
      >
        {children}
      </button>
      {isFailed && (
        <span className="cart-problem why-problem" role="alert">
          {t("cart-why-failed")}
        </span>
      )}
    </>
  );
}

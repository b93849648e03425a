import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";

type SheetProps = {
  id: string;
  title: string;
  close_label: string;
  /** `column`: stands in the page where there is room, and is a sheet on a phone. */
  kind?: "sheet" | "column";
  children: ReactNode;
};

/** A native popover: it opens, closes on Escape or a tap outside, and returns the focus without a script of ours. */
export function Sheet({ id, title, close_label, kind = "sheet", children }: SheetProps) {
  return (
    <section
      id={id}
      popover="auto"
      className={kind === "column" ? "sheet sheet-column" : "sheet"}
      aria-labelledby={`${id}-title`}
    >
      <div className="sheet-head">
        <h2 id={`${id}-title`} className="text-title">
          {title}
        </h2>
        <button type="button" className="button button-icon" popoverTarget={id} popoverTargetAction="hide" aria-label={close_label}>
          <Icon name="close" />
        </button>
      </div>
      {children}
    </section>
  );
}

type SheetButtonProps = {
  sheet: string;
  icon: IconName;
  className?: string;
  /** The whole name, where the visible words alone would not tell. */
  label?: string;
  children?: ReactNode;
};

export function SheetButton({ sheet, icon, className = "button", label, children }: SheetButtonProps) {
  return (
    <button type="button" className={className} popoverTarget={sheet} aria-label={label}>
      <Icon name={icon} />
      {children}
    </button>
  );
}

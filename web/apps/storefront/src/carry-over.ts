/**
 * Puts React's page in the place of the server's, and takes along what somebody did to that one meanwhile: words in the
 * search field, numbers in steppers, the focus with its selection, open sheets and folds, and what was pressed too early. Both have the same markup, so that each element
 * has its twin; all of it happens before anything is painted.
 */
export function carryOver(written: Element, fresh: Element): void {
  const typed = searchField(written)?.value;
  const numbers = steppers(written).map(({ value, defaultValue }) => (value === defaultValue ? undefined : value));
  const focused = focusIn(written);
  const sheets = [...written.querySelectorAll(":popover-open")].map(({ id }) => id);
  const folds = [...written.querySelectorAll("details")].map(({ open }) => open);
  const pressed = [...written.querySelectorAll<HTMLElement>("[data-pressed]")].flatMap((element) =>
    Array.from({ length: Number(element.dataset.pressed) }, () => pathTo(element, written)),
  );

  written.replaceWith(fresh);

  const field = searchField(fresh);
  if (field !== null && typed !== undefined && typed !== field.value) write(field, typed);
  const counted = steppers(fresh).flatMap((stepper, position) => {
    const number = numbers[position];
    if (number === undefined) return [];
    write(stepper, number);
    return [stepper];
  });
  for (const [position, fold] of fresh.querySelectorAll("details").entries()) fold.open = folds[position] ?? fold.open;
  for (const id of sheets) document.getElementById(id)?.showPopover();
  focused?.giveBack(fresh);
  void finish(counted, pressed.map((path) => twinAt(path, fresh)));
}

/** One after the other, as somebody would: what is typed or pressed has changed the page before the next. */
async function finish(counted: Element[], buttons: (Element | undefined)[]): Promise<void> {
  for (const field of counted) {
    await turn();
    // A number holds once its field is left, which the server's field has been.
    if (field !== document.activeElement) field.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  }
  for (const button of buttons) {
    await turn();
    if (button instanceof HTMLButtonElement) button.click();
  }
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

function searchField(root: Element): HTMLInputElement | null {
  return root.querySelector<HTMLInputElement>(".site-search .field");
}

function steppers(root: Element): HTMLInputElement[] {
  return [...root.querySelectorAll<HTMLInputElement>(".stepper-field")];
}

/** As if it were typed here: React hears of a value only through the element's own setter, and an event. */
function write(field: HTMLInputElement, text: string): void {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

type Focus = { giveBack: (fresh: Element) => void };

function focusIn(written: Element): Focus | undefined {
  const { activeElement } = document;
  if (activeElement === null || activeElement === written || !written.contains(activeElement)) return undefined;
  const path = pathTo(activeElement, written);
  const { tagName } = activeElement;
  const selection = activeElement instanceof HTMLInputElement ? selectionOf(activeElement) : undefined;
  return {
    giveBack: (fresh) => {
      const twin = twinAt(path, fresh);
      if (!(twin instanceof HTMLElement) || twin.tagName !== tagName) return;
      twin.focus({ preventScroll: true });
      if (selection === undefined || !(twin instanceof HTMLInputElement)) return;
      // Once React has written the value that it heard of, which puts the cursor at its end.
      queueMicrotask(() => twin.setSelectionRange(...selection));
    },
  };
}

/** `undefined` for fields that have no text to be selected, such as ticks. */
function selectionOf({ selectionStart, selectionEnd, selectionDirection }: HTMLInputElement): Parameters<HTMLInputElement["setSelectionRange"]> | undefined {
  return selectionStart === null ? undefined : [selectionStart, selectionEnd, selectionDirection ?? "none"];
}

function twinAt(path: number[], root: Element): Element | undefined {
  return path.reduce<Element | undefined>((element, position) => element?.children[position], root);
}

/** The positions among their siblings that lead from `root` to `element`. */
function pathTo(element: Element, root: Element): number[] {
  const path: number[] = [];
  let below = element;
  while (below !== root && below.parentElement !== null) {
    path.unshift([...below.parentElement.children].indexOf(below));
    below = below.parentElement;
  }
  return path;
}

import type { ReactNode } from "react";
import { Icon } from "./icon";

type Props = {
  title: string;
  open: boolean;
  /** Hidden where no script runs, since it would do nothing there. */
  needsScript?: boolean;
  children: ReactNode;
};

/** A part of a page that folds away, by the browser's own means. */
export function Fold({ title, open, needsScript = false, children }: Props) {
  return (
    <details className={needsScript ? "fold needs-script" : "fold"} open={open}>
      <summary>
        {title}
        <Icon name="chevron" />
      </summary>
      <div className="pb-4">{children}</div>
    </details>
  );
}

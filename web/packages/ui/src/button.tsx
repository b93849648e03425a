import type { ComponentProps } from "react";

type Props = Omit<ComponentProps<"button">, "className"> & {
  kind?: "action" | "plain";
  className?: string;
};

export function Button({ kind = "plain", className = "", type = "button", ...rest }: Props) {
  const classes = ["button", kind === "action" ? "button-action" : "", className];
  return <button type={type} className={classes.filter(Boolean).join(" ")} {...rest} />;
}

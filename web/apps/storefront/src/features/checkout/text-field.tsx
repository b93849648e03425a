import type { HTMLInputAutoCompleteAttribute, InputHTMLAttributes } from "react";
import { useWords } from "./words";

export type TextFieldProps = {
  /** Its name among the mistakes, such as `delivery_address.city`. */
  name: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  onLeave?: () => void;
  autoComplete: HTMLInputAutoCompleteAttribute;
  type?: "text" | "email" | "tel";
  inputMode?: InputHTMLAttributes<HTMLInputElement>["inputMode"];
  autoCapitalize?: "characters";
  maxLength?: number;
  /** What is wrong with it, in words. */
  mistake: string | undefined;
  isOptional?: boolean;
  hint?: string;
  className?: string;
};

export function fieldId(name: string): string {
  return `checkout-${name.replaceAll(/[._]/g, "-")}`;
}

/** A field with its name above it, and below it what is wrong with it. */
export function TextField({ name, label, value, onChange, onLeave, mistake, isOptional = false, hint, type = "text", className, ...rest }: TextFieldProps) {
  const { say } = useWords();
  const id = fieldId(name);
  const described = [hint === undefined ? "" : `${id}-hint`, mistake === undefined ? "" : `${id}-mistake`].filter(Boolean).join(" ");
  return (
    <div className={className === undefined ? "checkout-field" : `checkout-field ${className}`}>
      <label htmlFor={id}>
        {label}
        {isOptional && <span className="text-quiet"> {say("form-optional")}</span>}
      </label>
      <input
        id={id}
        className="field"
        type={type}
        value={value}
        required={!isOptional}
        aria-invalid={mistake !== undefined || undefined}
        aria-describedby={described || undefined}
        spellCheck={false}
        onChange={(event) => onChange(event.currentTarget.value)}
        onBlur={onLeave}
        {...rest}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-small text-quiet">
          {hint}
        </p>
      )}
      {mistake !== undefined && (
        <p id={`${id}-mistake`} className="cart-problem">
          {mistake}
        </p>
      )}
    </div>
  );
}

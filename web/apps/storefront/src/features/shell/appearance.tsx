import { useState } from "react";
import { THEME_KEY } from "../../storage-keys";
import { useShop } from "../../shop/shop";

type Theme = "system" | "light" | "dark";
const themes: Theme[] = ["system", "light", "dark"];

export function Appearance() {
  const { t } = useShop();
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  return (
    <fieldset className="needs-script appearance">
      <legend>{t("appearance-title")}</legend>
      {themes.map((choice) => (
        <label key={choice} className="choice">
          <input
            type="radio"
            name="appearance"
            checked={choice === theme}
            onChange={() => {
              keepTheme(choice);
              setTheme(choice);
            }}
          />
          {t(`appearance-${choice}`)}
        </label>
      ))}
    </fieldset>
  );
}

/** The boot script has already put a stored choice on the page. */
function chosenTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === "light" || theme === "dark" ? theme : "system";
}

function keepTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset.theme;
  else dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem(THEME_KEY);
    else localStorage.setItem(THEME_KEY, theme);
  } catch {
    // Storage is off in this browser: the choice holds until the page is left.
  }
}

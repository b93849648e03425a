import { Fold } from "@ecom67/ui/fold";
import { Icon } from "@ecom67/ui/icon";
import { countryName } from "../../shop/shop";
import { addressFormat, isOfDigits } from "./address-format";
import type { AddressPart, Mistakes } from "./check";
import type { AddressDraft } from "./draft";
import { fieldId, TextField } from "./text-field";
import { useWords } from "./words";

type Props = {
  part: AddressPart;
  address: AddressDraft;
  countries: string[];
  mistakes: Mistakes;
  onChange: (field: keyof AddressDraft, value: string) => void;
  onLeave: (field: keyof AddressDraft) => void;
};

/** The fields that addresses of the country have. */
export function AddressFields({ part, address, countries, mistakes, onChange, onLeave }: Props) {
  const { say } = useWords();
  const format = addressFormat(address.country);
  const group = part === "delivery_address" ? "shipping" : "billing";
  const field = (name: Exclude<keyof AddressDraft, "country">, token: string) => {
    const path = `${part}.${name}`;
    const mistake = mistakes[path];
    return {
      name: path,
      value: address[name],
      autoComplete: `${group} ${token}`,
      mistake: mistake === undefined ? undefined : say(mistake, { example: format.example }),
      onChange: (value: string) => onChange(name, value),
      onLeave: () => onLeave(name),
    };
  };
  const hasMore = address.company !== "" || address.line2 !== "";
  const isMoreWrong = mistakes[`${part}.company`] !== undefined || mistakes[`${part}.line2`] !== undefined;
  return (
    <div className="checkout-address">
      <TextField {...field("name", "name")} label={say("form-name")} maxLength={100} />
      <Country part={part} group={group} country={address.country} countries={countries} mistakes={mistakes} onChange={(country) => onChange("country", country)} />
      <TextField {...field("line1", "address-line1")} label={say("form-line1")} maxLength={100} />
      <Fold title={say("form-more")} open={hasMore || isMoreWrong}>
        <div className="checkout-more">
          <TextField {...field("company", "organization")} label={say("form-company")} maxLength={100} isOptional />
          <TextField {...field("line2", "address-line2")} label={say("form-line2")} maxLength={100} isOptional />
        </div>
      </Fold>
      <div className="checkout-town">
        <TextField
          {...field("postal_code", "postal-code")}
          label={say("form-postal")}
          maxLength={12}
          inputMode={isOfDigits(format) ? "numeric" : undefined}
          autoCapitalize="characters"
          isOptional={!format.has_postal_code}
        />
        <TextField {...field("city", "address-level2")} label={say("form-city")} maxLength={100} />
        {format.has_region && <TextField {...field("region", "address-level1")} label={say("form-region")} maxLength={3} autoCapitalize="characters" />}
      </div>
    </div>
  );
}

type CountryProps = { part: AddressPart; group: string; country: string; countries: string[]; mistakes: Mistakes; onChange: (country: string) => void };

function Country({ part, group, country, countries, mistakes, onChange }: CountryProps) {
  const { say, tag } = useWords();
  const id = fieldId(`${part}.country`);
  const mistake = mistakes[`${part}.country`];
  return (
    <div className="checkout-field">
      <label htmlFor={id}>{say("form-country")}</label>
      <span className="select">
        <select
          id={id}
          className="field"
          autoComplete={`${group} country`}
          value={country}
          aria-invalid={mistake !== undefined || undefined}
          aria-describedby={mistake === undefined ? undefined : `${id}-mistake`}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {countries.map((code) => (
            <option key={code} value={code}>
              {countryName(code, tag)}
            </option>
          ))}
        </select>
        <Icon name="chevron" />
      </span>
      {mistake !== undefined && (
        <p id={`${id}-mistake`} className="cart-problem">
          {say(mistake)}
        </p>
      )}
    </div>
  );
}

//! Who ordered.

use ecom67_domain::order::{AddressLine, Contact, PostalAddress};
use ecom67_domain::violation::{Invalid, Violations};
use serde::{Deserialize, Serialize};

/// Who ordered, and where it goes. Personal, and apart from the order.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderContactDocument {
    /// Where mails go.
    pub email: String,
    /// Whom the carrier calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Where it goes.
    pub delivery_address: PostalAddressDocument,
    /// Who pays, where that is somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_address: Option<PostalAddressDocument>,
}

/// A postal address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostalAddressDocument {
    /// Who.
    pub name: String,
    /// Their company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Street and number.
    pub line1: String,
    /// What else the carrier must know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    /// The postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The town.
    pub city: String,
    /// The region, the second part of an ISO 3166-2 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The country, ISO 3166-1.
    pub country: String,
}

impl OrderContactDocument {
    /// The contact; every field is checked, and what its country asks of an address.
    pub fn to_contact(&self) -> Result<Contact, Violations> {
        let mut violations = Violations::new();
        let email = violations.keep("email", self.email.parse());
        let phone = optional(&mut violations, "phone".to_owned(), self.phone.as_deref());
        let delivery = self.delivery_address.kept("delivery_address", &mut violations);
        let billing = self.billing_address.as_ref().map(|address| address.kept("billing_address", &mut violations));
        let (Some(email), Some(delivery), None | Some(Some(_))) = (email, delivery, &billing) else {
            return Err(violations);
        };
        let contact = Contact { email, phone, delivery, billing: billing.flatten() };
        violations.or(|| contact)
    }
}

impl PostalAddressDocument {
    /// The address, checked as that of its country; `field` is where it stands.
    pub fn kept(&self, field: &str, violations: &mut Violations) -> Option<PostalAddress> {
        let at = |name: &str| format!("{field}.{name}");
        let name = violations.keep(at("name"), self.name.parse());
        let company = optional(violations, at("company"), self.company.as_deref());
        let line1 = violations.keep(at("line1"), self.line1.parse::<AddressLine>());
        let line2 = optional(violations, at("line2"), self.line2.as_deref());
        let postal_code = optional(violations, at("postal_code"), self.postal_code.as_deref());
        let city = violations.keep(at("city"), self.city.parse::<AddressLine>());
        let region = optional(violations, at("region"), self.region.as_deref());
        let country = violations.keep(at("country"), self.country.parse());
        let address = PostalAddress {
            name: name?,
            company,
            line1: line1?,
            line2,
            postal_code,
            city: city?,
            region,
            country: country?,
        };
        // A code that is wrong has been told already, and is not missing.
        let has_all = self.postal_code.is_none() == address.postal_code.is_none()
            && self.region.is_none() == address.region.is_none();
        if has_all {
            address.check(field, violations);
        }
        Some(address)
    }
}

/// What may be left out; an empty text is left out as well.
fn optional<T: std::str::FromStr<Err = Invalid>>(
    violations: &mut Violations,
    field: String,
    text: Option<&str>,
) -> Option<T> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    violations.keep(field, text.parse())
}

impl From<&Contact> for OrderContactDocument {
    fn from(contact: &Contact) -> Self {
        Self {
            email: contact.email.as_str().to_owned(),
            phone: contact.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            delivery_address: (&contact.delivery).into(),
            billing_address: contact.billing.as_ref().map(PostalAddressDocument::from),
        }
    }
}

impl From<&PostalAddress> for PostalAddressDocument {
    fn from(address: &PostalAddress) -> Self {
        let text = |line: &AddressLine| line.as_str().to_owned();
        Self {
            name: text(&address.name),
            company: address.company.as_ref().map(text),
            line1: text(&address.line1),
            line2: address.line2.as_ref().map(text),
            postal_code: address.postal_code.map(|code| code.to_string()),
            city: text(&address.city),
            region: address.region.map(|region| region.to_string()),
            country: address.country.to_string(),
        }
    }
}

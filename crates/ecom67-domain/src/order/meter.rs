//! Meters: what is counted because it is limited, and who it is counted for without telling.

use std::fmt;
use std::str::FromStr;

use crate::code::PromotionCode;
use crate::violation::Invalid;

/// A digest that stands for somebody, told by nothing but its own bytes.
macro_rules! keyed_digest {
    ($(#[$documentation:meta])* $Digest:ident, $code:literal) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Digest(pub [u8; 16]);

        impl fmt::Display for $Digest {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $Digest {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($Digest), "(..)"))
            }
        }

        impl FromStr for $Digest {
            type Err = Invalid;

            /// Understands what is printed.
            fn from_str(text: &str) -> Result<Self, Invalid> {
                let is_plain = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
                let number = if is_plain { u128::from_str_radix(text, 16).ok() } else { None };
                let number = number.ok_or_else(|| Invalid::new($code, "32 hexadecimal digits"))?;
                Ok(Self(number.to_be_bytes()))
            }
        }
    };
}

keyed_digest! {
    /// Who a customer is without telling: a digest of the normalised address of their e-mail, under a secret of the shop.
    CustomerDigest, "customer_digest_invalid"
}

keyed_digest! {
    /// Where somebody orders from without telling: a digest of their network's address, under a secret of the shop.
    NetworkDigest, "network_digest_invalid"
}

/// Something that is counted because it is limited. An order uses one of each that it uses, as long as it counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meter {
    /// How often a promotion was used.
    Promotion(PromotionCode),
    /// How often one customer used a promotion.
    PromotionByCustomer(PromotionCode, CustomerDigest),
    /// How many orders a customer has that are not cancelled.
    OrdersOfCustomer(CustomerDigest),
    /// How many orders of a customer hold goods that are not paid for.
    OpenOrdersOfCustomer(CustomerDigest),
    /// How many orders from a network hold goods that are not paid for.
    OpenOrdersFromNetwork(NetworkDigest),
}

impl Meter {
    /// Whether it counts an order only as long as that is not paid for.
    pub const fn counts_open_orders(&self) -> bool {
        match self {
            Self::OpenOrdersOfCustomer(_) | Self::OpenOrdersFromNetwork(_) => true,
            Self::Promotion(_) | Self::PromotionByCustomer(..) | Self::OrdersOfCustomer(_) => false,
        }
    }
}

impl fmt::Display for Meter {
    /// Different meters are printed differently: no code has a space in it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Promotion(code) => write!(formatter, "promotion {code}"),
            Self::PromotionByCustomer(code, customer) => write!(formatter, "promotion {code} by {customer}"),
            Self::OrdersOfCustomer(customer) => write!(formatter, "orders by {customer}"),
            Self::OpenOrdersOfCustomer(customer) => write!(formatter, "open orders by {customer}"),
            Self::OpenOrdersFromNetwork(network) => write!(formatter, "open orders from {network}"),
        }
    }
}

impl FromStr for Meter {
    type Err = Invalid;

    /// Understands what is printed, and nothing else.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let words: Vec<&str> = text.split(' ').collect();
        Ok(match words.as_slice() {
            ["promotion", code] => Self::Promotion(code.parse()?),
            ["promotion", code, "by", customer] => Self::PromotionByCustomer(code.parse()?, customer.parse()?),
            ["orders", "by", customer] => Self::OrdersOfCustomer(customer.parse()?),
            ["open", "orders", "by", customer] => Self::OpenOrdersOfCustomer(customer.parse()?),
            ["open", "orders", "from", network] => Self::OpenOrdersFromNetwork(network.parse()?),
            _ => return Err(Invalid::new("meter_invalid", "a meter, such as: promotion welcome")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_is_read_as_it_was_printed_and_from_nothing_else() {
        let customer = CustomerDigest([0xA7; 16]);
        let code: PromotionCode = "by".parse().unwrap();
        for meter in [
            Meter::Promotion(code.clone()),
            Meter::PromotionByCustomer(code, customer),
            Meter::OrdersOfCustomer(customer),
            Meter::OpenOrdersOfCustomer(customer),
            Meter::OpenOrdersFromNetwork(NetworkDigest([7; 16])),
        ] {
            assert_eq!(meter.to_string().parse(), Ok(meter));
        }
        for wrong in ["", "promotion", "promotion ", "orders by ann", "open orders by", "open orders in 07"] {
            assert!(wrong.parse::<Meter>().is_err(), "{wrong}");
        }
    }
}

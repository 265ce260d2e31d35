//! Where terminals stand (安装位置): a name that people know, and the street (街道) of Futian. Operators say so; a terminal
//! does not know it.

use crate::store::{Sql, StoreError};
use crate::values;
use contract::KioskId;
use std::str::FromStr;

/// The longest name in characters.
const LONGEST_NAME: usize = 40;

macro_rules! streets {
    ($($name:ident = $slug:literal, $chinese:literal, $english:literal;)*) => {
        /// A street office (街道) of Futian.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Street { $(#[doc = $chinese] $name),* }

        impl Street {
            /// Each of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As it is stored and stands in addresses.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $slug),* }
            }

            /// Its name.
            pub const fn chinese(self) -> &'static str {
                match self { $(Self::$name => $chinese),* }
            }

            /// Its name in Latin letters.
            pub const fn english(self) -> &'static str {
                match self { $(Self::$name => $english),* }
            }
        }
    };
}

streets! {
    Meilin = "meilin", "梅林街道", "Meilin";
    Xiangmihu = "xiangmihu", "香蜜湖街道", "Xiangmihu";
    Lianhua = "lianhua", "莲花街道", "Lianhua";
    Huafu = "huafu", "华富街道", "Huafu";
    Yuanling = "yuanling", "园岭街道", "Yuanling";
    Shatou = "shatou", "沙头街道", "Shatou";
    Futian = "futian", "福田街道", "Futian";
    Huaqiangbei = "huaqiangbei", "华强北街道", "Huaqiangbei";
    Nanyuan = "nanyuan", "南园街道", "Nanyuan";
    Fubao = "fubao", "福保街道", "Fubao";
}

/// What is no place for a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a place is a name of 1 to {LONGEST_NAME} characters on one line, and a street of Futian")]
pub struct NoSite;

impl FromStr for Street {
    type Err = NoSite;

    fn from_str(text: &str) -> Result<Self, NoSite> {
        Self::ALL.iter().copied().find(|street| street.as_str() == text).ok_or(NoSite)
    }
}

/// Where a terminal stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    name: String,
    street: Street,
}

impl Site {
    /// Of a name and a street, as they were typed.
    pub fn parse(name: &str, street: &str) -> Result<Self, NoSite> {
        let (name, street) = (name.trim(), street.parse()?);
        let fits = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if fits { Ok(Self { name: name.to_owned(), street }) } else { Err(NoSite) }
    }

    /// The name that people know.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The street.
    pub const fn street(&self) -> Street {
        self.street
    }
}

/// Says where a terminal stands.
pub fn put(sql: &mut dyn Sql, kiosk: &KioskId, site: &Site) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO terminal_sites (kiosk, name, street) VALUES (?1, ?2, ?3)
         ON CONFLICT (kiosk) DO UPDATE SET name = excluded.name, street = excluded.street",
        values![kiosk, site.name(), site.street.as_str()],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_a_name_and_a_street_of_futian() {
        let site = Site::parse(" 福民路政务大厅 1 号 ", "futian").unwrap();
        assert_eq!((site.name(), site.street().chinese()), ("福民路政务大厅 1 号", "福田街道"));
        let long = "长".repeat(41);
        for (name, street) in
            [("", "futian"), ("厅", "nanshan"), ("厅\n", ""), ("a\nb", "futian"), (&long, "futian")]
        {
            assert_eq!(Site::parse(name, street), Err(NoSite), "{name} {street}");
        }
    }
}

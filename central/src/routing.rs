//! Who handles an application, and how its result reaches the person.
//!
//! 全城通办: an item that the whole city takes goes to the applicant's district, wherever it was handed in. 区级 items stay
//! with the district's body, 市级 ones with the city's. 不见面: an item that promises no visit can't be given a result that
//! needs one. Knows the catalogue's promises and the form; knows nothing of cases or stores.

use contract::catalogue::Badge;
use contract::code_lists::DISTRICTS;
use contract::form::{AT_A_WINDOW, Fields, RESULT_DELIVERY};
use contract::{DepartmentCode, Secret, ServiceCode};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// An administrative division of Shenzhen (GB/T 2260): one of its districts, or the city itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct District(u32);

impl District {
    /// 深圳市
    pub const CITY: Self = Self(440_300);
    /// 福田区: one reference central serves one district, and this is it.
    pub const FUTIAN: Self = Self(440_304);

    /// The six digits of the standard.
    pub const fn code(self) -> u32 {
        self.0
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        let code = self.to_string();
        DISTRICTS.iter().find(|known| known.code == code).map_or("深圳市", |known| known.name)
    }

    /// The district that the first six digits of a number name: an address code or an ID number.
    fn at_the_head_of(number: &str) -> Option<Self> {
        number.get(..6)?.parse().ok().filter(|district| *district != Self::CITY)
    }
}

impl FromStr for District {
    type Err = &'static str;
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        let is_known = code == "440300" || DISTRICTS.iter().any(|known| known.code == code);
        let number = code.parse().ok().filter(|_| is_known);
        number.map(Self).ok_or("a district is 440300 (the city) or 440303 to 440311")
    }
}

impl fmt::Display for District {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

/// At which level an item is handled (行使层级).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// 市级, and the public bodies that serve the whole city.
    City,
    /// 区级
    District,
}

impl Level {
    /// The level that the catalogue names.
    pub fn from_words(words: &str) -> Self {
        if words == "区级" { Self::District } else { Self::City }
    }
}

/// What routing must know of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promises {
    /// At which level it is handled.
    pub level: Level,
    /// 全城通办, 不见面 and the others.
    pub badges: BTreeSet<Badge>,
}

/// The body that handles an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// In which district, or the city.
    pub district: District,
    /// Which department there.
    pub department: DepartmentCode,
}

/// How a result reaches the person (结果领取方式).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// 自助打印
    PrintAtTerminal,
    /// 邮寄
    Post {
        /// Where to.
        address: Secret<String>,
    },
    /// 取件柜
    Locker,
    /// 电子证照
    LicenceLibrary,
    /// 窗口自取: the only one that needs a visit.
    Window,
}

impl Delivery {
    /// The name in the store and in the interface.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PrintAtTerminal => "print",
            Self::Post { .. } => "post",
            Self::Locker => "locker",
            Self::LicenceLibrary => "licence_library",
            Self::Window => "window",
        }
    }
}

/// Why an application can't be routed. The words hold nothing of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoutingFault {
    /// A visit for an item without visits.
    #[error("result_delivery: the item promises no visit (不见面), so its result is not fetched at a window")]
    NoVisit,
    /// A way that nobody knows.
    #[error("result_delivery: must be 自助打印, 邮寄, 窗口自取, 电子证照 or 取件柜")]
    UnknownDelivery,
    /// Post without an address.
    #[error("post_address: an address is needed for 邮寄")]
    NoAddress,
}

fn field<'a>(form: &'a Fields, wanted: &str) -> Option<&'a str> {
    let value = form.iter().find(|(id, _)| id.as_str() == wanted).map(|(_, value)| value.expose().as_str());
    value.filter(|text| !text.is_empty())
}

/// The district of the applicant: as the form says, else of the standard address, else of the ID number.
pub fn district_of(form: &Fields) -> Option<District> {
    field(form, "district")
        .and_then(|code| code.parse().ok())
        .or_else(|| field(form, "address_code").and_then(District::at_the_head_of))
        .or_else(|| field(form, "id_no").and_then(District::at_the_head_of))
}

/// Who handles an application that was handed in at a terminal of a district.
pub fn desk_for(service: &ServiceCode, promises: &Promises, form: &Fields, taken_in: District) -> Desk {
    let district = match promises.level {
        _ if promises.badges.contains(&Badge::CityWide) => district_of(form).unwrap_or(taken_in),
        Level::District => taken_in,
        Level::City => District::CITY,
    };
    Desk { district, department: service.department() }
}

/// How the result goes out. A form without the field gives its result to the licence library: nothing to carry.
pub fn delivery_for(promises: &Promises, form: &Fields) -> Result<Delivery, RoutingFault> {
    match field(form, RESULT_DELIVERY) {
        None | Some("电子证照") => Ok(Delivery::LicenceLibrary),
        Some("自助打印") => Ok(Delivery::PrintAtTerminal),
        Some("取件柜") => Ok(Delivery::Locker),
        Some("邮寄") => match field(form, "post_address") {
            Some(address) => Ok(Delivery::Post { address: Secret::from(address) }),
            None => Err(RoutingFault::NoAddress),
        },
        Some(AT_A_WINDOW) if promises.badges.contains(&Badge::ZeroVisit) => Err(RoutingFault::NoVisit),
        Some(AT_A_WINDOW) => Ok(Delivery::Window),
        Some(_) => Err(RoutingFault::UnknownDelivery),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::catalogue::Catalogue;

    fn form(fields: &[(&str, &str)]) -> Fields {
        fields.iter().map(|(id, value)| (id.parse().unwrap(), Secret::from(*value))).collect()
    }

    fn promises(level: Level, badges: &[Badge]) -> Promises {
        Promises { level, badges: badges.iter().copied().collect() }
    }

    fn district_for(level: Level, badges: &[Badge], fields: &[(&str, &str)]) -> String {
        let service = "SZ-HZ-000001".parse().unwrap();
        let desk = desk_for(&service, &promises(level, badges), &form(fields), District::FUTIAN);
        assert_eq!(desk.department.as_str(), "HZ");
        desk.district.to_string()
    }

    #[test]
    fn a_city_wide_item_goes_to_the_persons_district() {
        let to = |fields| district_for(Level::City, &[Badge::CityWide], fields);
        assert_eq!(to(&[("district", "440305"), ("id_no", "440306199001010011")]), "440305");
        assert_eq!(to(&[("address_code", "4403070010010000001"), ("id_no", "440306199001010011")]), "440307");
        assert_eq!(to(&[("id_no", "440306199001010011")]), "440306");
        assert_eq!(to(&[("id_no", "360102199001010011")]), "440304", "a newcomer: where the terminal stands");
        assert_eq!(to(&[]), "440304");
    }

    #[test]
    fn other_items_stay_with_their_level() {
        assert_eq!(district_for(Level::District, &[], &[("district", "440305")]), "440304");
        assert_eq!(district_for(Level::City, &[], &[("district", "440305")]), "440300");
        assert_eq!(
            (Level::from_words("区级"), Level::from_words("公共服务")),
            (Level::District, Level::City)
        );
    }

    #[test]
    fn each_way_of_delivery_is_known() {
        let by = |fields: &[(&str, &str)]| {
            delivery_for(&promises(Level::City, &[]), &form(fields)).map(|delivery| delivery.name())
        };
        for (words, name) in [
            ("自助打印", "print"),
            ("取件柜", "locker"),
            ("电子证照", "licence_library"),
            ("窗口自取", "window"),
        ] {
            assert_eq!(by(&[("result_delivery", words)]), Ok(name));
        }
        assert_eq!(by(&[("result_delivery", "邮寄"), ("post_address", "福中路1号")]), Ok("post"));
        assert_eq!(by(&[("result_delivery", "邮寄")]), Err(RoutingFault::NoAddress));
        assert_eq!(by(&[("result_delivery", "信鸽")]), Err(RoutingFault::UnknownDelivery));
        assert_eq!(by(&[]), Ok("licence_library"));
    }

    #[test]
    fn no_item_without_visits_ever_asks_for_one() {
        let catalogue = Catalogue::parse(include_str!("../../catalog/services.csv")).unwrap();
        let mut judged = 0;
        for service in catalogue.services() {
            let promises =
                Promises { level: Level::from_words(&service.level), badges: service.badges.clone() };
            let window = delivery_for(&promises, &form(&[("result_delivery", "窗口自取")]));
            let expected =
                if service.has(Badge::ZeroVisit) { Err(RoutingFault::NoVisit) } else { Ok(Delivery::Window) };
            assert_eq!(window, expected, "{} {}", service.code, service.name);
            judged += usize::from(service.has(Badge::ZeroVisit));
        }
        assert_eq!(judged, 3050);
    }
}

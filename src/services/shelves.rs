//! Where services stand for somebody who does not search: by theme, for people and for companies, and by department.
//! Knows the catalogue; knows no screen.

use contract::catalogue::{Audience, Service};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The theme of what has none.
const REST: &str = "其他";

/// A way of going through all services.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Shelf {
    /// 个人办事: themes of natural persons (自然人).
    #[default]
    Person,
    /// 单位办事: themes of legal persons (法人).
    Entity,
    /// By department.
    Department,
}

/// What stands together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The theme or the department.
    pub title: String,
    /// The services, by their places in the catalogue.
    pub(super) services: Vec<usize>,
}

impl Group {
    /// How many services stand there; never none.
    #[expect(clippy::len_without_is_empty, reason = "a group has services")]
    pub const fn len(&self) -> usize {
        self.services.len()
    }
}

/// All shelves of a catalogue.
#[derive(Debug, Default)]
pub(super) struct Shelves {
    person: Vec<Group>,
    entity: Vec<Group>,
    department: Vec<Group>,
}

impl Shelves {
    /// Themes of which the terminal does most first, the rest last; departments in the order of the catalogue.
    pub(super) fn new(services: &[Service]) -> Self {
        let themes = |audience: Audience| {
            let mut groups = grouped(services, |service| {
                let theme = match (service.audience, audience) {
                    // Of a service for both the first theme is the people's and the last the companies'.
                    (Audience::Person | Audience::Both, Audience::Person) => service.themes.first(),
                    (Audience::Entity | Audience::Both, Audience::Entity) => service.themes.last(),
                    _ => None,
                };
                theme.map(String::as_str)
            });
            let at_terminal = |group: &Group| {
                let services = group.services.iter().filter_map(|place| services.get(*place));
                services.filter(|service| service.at_terminal).count()
            };
            groups.sort_by_key(|group| (group.title == REST, Reverse(at_terminal(group))));
            groups
        };
        Self {
            person: themes(Audience::Person),
            entity: themes(Audience::Entity),
            department: grouped(services, |service| Some(&service.department)),
        }
    }

    pub(super) fn groups(&self, shelf: Shelf) -> &[Group] {
        match shelf {
            Shelf::Person => &self.person,
            Shelf::Entity => &self.entity,
            Shelf::Department => &self.department,
        }
    }
}

/// Groups in the order in which their titles come up.
fn grouped<'a>(services: &'a [Service], title: impl Fn(&'a Service) -> Option<&'a str>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (service, title) in
        services.iter().enumerate().filter_map(|(place, service)| Some((place, title(service)?)))
    {
        let place = *places.entry(title).or_insert_with(|| {
            groups.push(Group { title: title.to_owned(), services: Vec::new() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.services.push(service);
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::catalogue::Catalogue;

    #[test]
    fn every_service_stands_where_it_is_looked_for() {
        let catalogue = Catalogue::parse(include_str!("../../catalog/services.csv")).unwrap();
        let shelves = Shelves::new(catalogue.services());
        let count = |shelf| shelves.groups(shelf).iter().map(Group::len).sum::<usize>();
        let of = |audience| catalogue.services().iter().filter(|s| s.audience == audience).count();
        assert_eq!(count(Shelf::Department), catalogue.services().len());
        assert_eq!(count(Shelf::Person), of(Audience::Person) + of(Audience::Both));
        assert_eq!(count(Shelf::Entity), of(Audience::Entity) + of(Audience::Both));
        assert_eq!(shelves.groups(Shelf::Department).len(), 91);
        assert!(shelves.groups(Shelf::Person).iter().any(|group| group.title == "户籍办理"));
    }
}

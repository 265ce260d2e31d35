//! The form of one service: for whom it is, what its name fixes, and what its promises leave out.

use super::file::joined;
use super::{
    AT_A_WINDOW, AskedOf, Block, Field, FieldKind, Options, PARTY, Party, RESULT_DELIVERY, Source, Template,
    Templates,
};
use crate::catalogue::{Audience, Badge, Service};

impl Templates {
    /// The form of a service for who applies. Where the service is for both, it begins with that question.
    pub fn for_service(&self, service: &Service, said: Option<Party>) -> Option<Template> {
        let form = self.forms.get(&service.form)?;
        let party = match service.audience {
            Audience::Person => Party::Person,
            Audience::Entity => Party::Entity,
            Audience::Both => said.unwrap_or(Party::Person),
        };
        let blocks = of_party(&form.blocks, party);
        let part = |block| self.blocks.get(&block).cloned();
        let mut template = Template { item: service.name.clone(), ..form.template.clone() };
        (template.fields, template.materials) = joined(&form.own, &blocks, part)?;
        if service.audience == Audience::Both && blocks.iter().any(|block| block.is_party()) {
            template.fields.insert(0, party_field()?);
        }
        for field in &mut template.fields {
            field.settle(service);
        }
        Some(template)
    }
}

/// For a person the applicant stands in for body and agent; a body is named beside the person who applies for it.
fn of_party(blocks: &[Block], party: Party) -> Vec<Block> {
    let has = |wanted: Block| blocks.contains(&wanted);
    match party {
        Party::Person if has(Block::Entity) || has(Block::Agent) => {
            let others = blocks.iter().copied().filter(|block| !block.is_party());
            std::iter::once(Block::Applicant).chain(others).collect()
        }
        Party::Entity if has(Block::Applicant) && !has(Block::Entity) => {
            blocks.iter().copied().chain([Block::Entity]).collect()
        }
        Party::Person | Party::Entity => blocks.to_vec(),
    }
}

fn party_field() -> Option<Field> {
    Some(Field {
        id: PARTY.parse().ok()?,
        label: "为谁办理".to_owned(),
        kind: FieldKind::Choice(Options::Fixed(Party::ALL.map(|party| party.words().to_owned()).into())),
        required: true,
        source: Source::Manual,
        asked_of: AskedOf::Identified,
        block: None,
        prefill: None,
        at_site: false,
        card: None,
        when: None,
        required_when: None,
        checks: Vec::new(),
        pattern: None,
        not_after: None,
    })
}

impl Field {
    /// What the service says of a field: the option that its name holds is fixed, one that it leaves open is asked. An
    /// item without visits (不见面) offers no window.
    fn settle(&mut self, service: &Service) {
        let FieldKind::Choice(Options::Fixed(options)) = &self.kind else { return };
        if self.source == Source::Item {
            let named: Vec<&String> = options.iter().filter(|o| service.name.contains(o.as_str())).collect();
            match named.as_slice() {
                [one] => self.kind = FieldKind::Choice(Options::Fixed([(*one).clone()].into())),
                _ => self.source = Source::Manual,
            }
        } else if self.id.as_str() == RESULT_DELIVERY && service.has(Badge::ZeroVisit) {
            let left = options.iter().filter(|option| *option != AT_A_WINDOW).cloned().collect();
            self.kind = FieldKind::Choice(Options::Fixed(left));
        }
    }

    /// The value that the service fixes.
    pub fn fixed_by<'a>(&'a self, item: &'a str) -> Option<&'a str> {
        match (&self.kind, self.source) {
            (FieldKind::Item, Source::Item) => Some(item),
            (FieldKind::Choice(Options::Fixed(options)), Source::Item) => options.first().map(String::as_str),
            _ => None,
        }
    }
}

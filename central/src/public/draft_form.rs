//! A form as a page: the fields that a phone can fill, one below the other, what is wrong beside each. Without scripts: what
//! hangs on an answer comes up when the page is sent.

use contract::form::{
    CodeList, Field, FieldKind, Fields, PARTY, Party, Setting, Template, entries, read_typed,
    shown_for_typing,
};
use contract::handoff::on_phone;
use contract::language::Language;
use contract::{FieldId, IdNumber, Secret, ServiceCode};
use maud::{Markup, html};
use serde::Deserialize;

/// The longest text of one field.
const LONGEST: usize = 2_000;
/// The name of the ID number's own field.
const ID_NO: &str = "bound_to";
/// The name by which a page says which fields it showed.
const SHOWN: &str = "shown";

/// What a page sent.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Posted(Vec<(String, Secret<String>)>);

/// A form as far as it is filled, and what is wrong with it.
#[derive(Default)]
pub(super) struct Filled {
    /// What is right, and what is not yet.
    pub(super) fields: Fields,
    /// Whose it is.
    pub(super) id_no: Secret<String>,
    /// Whether the answers bring up fields that the page did not show.
    pub(super) has_more: bool,
    id_fault: Option<String>,
    faults: Vec<(FieldId, String)>,
}

impl Filled {
    /// What was typed elsewhere, to be gone on with.
    pub(super) fn again(fields: Fields, id_no: Secret<String>) -> Self {
        Self { fields, id_no, ..Self::default() }
    }

    /// Whether anything is wrong. What is empty is not: a draft need not be complete.
    pub(super) const fn is_wrong(&self) -> bool {
        self.id_fault.is_some() || !self.faults.is_empty()
    }
}

impl Posted {
    /// For whom it is.
    pub(super) fn party(&self) -> Option<Party> {
        let said = self.last(PARTY)?;
        Party::ALL.into_iter().find(|party| party.words() == said)
    }

    fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.expose().as_str())
    }

    fn last<'a>(&'a self, name: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.expose().as_str())
    }

    /// Reads the fields as the template has them, and judges what is there with the validators of the terminal.
    pub(super) fn read(&self, template: &Template, setting: Setting) -> Filled {
        let mut filled = Filled::default();
        for field in template.asked(setting).filter(|field| on_phone(field)) {
            if let Some(text) = self.text(field).filter(|text| !text.expose().is_empty()) {
                filled.fields.insert(field.id.clone(), text);
            }
        }
        // What hangs on another answer, and is not asked any more, goes with it.
        while let Some(gone) = template
            .asked(setting)
            .find(|field| {
                filled.fields.contains_key(&field.id) && !template.is_relevant(field, &filled.fields, setting)
            })
            .map(|field| field.id.clone())
        {
            filled.fields.remove(&gone);
        }
        for field in shown(template, &filled.fields, setting) {
            if filled.fields.contains_key(&field.id)
                && let Err(fault) = template.check_field(field, &filled.fields, setting)
            {
                filled.faults.push((field.id.clone(), fault.sentence(Language::Chinese)));
            }
        }
        let before: Vec<&str> = self.all(SHOWN).collect();
        filled.has_more = shown(template, &filled.fields, setting)
            .any(|field| has_input(field, &filled.fields) && !before.contains(&field.id.as_str()));
        let id_no = self.last(ID_NO).unwrap_or_default().trim().to_ascii_uppercase();
        filled.id_fault = IdNumber::parse(&id_no)
            .err()
            .map(|fault| contract::validate::FieldFault::IdNumber(fault).sentence(Language::Chinese));
        filled.id_no = Secret::new(id_no.chars().take(LONGEST).collect());
        filled
    }

    fn text(&self, field: &Field) -> Option<Secret<String>> {
        let whole = |text: &str| text.trim().chars().take(LONGEST).collect::<String>();
        if matches!(field.kind, FieldKind::Picks { .. }) {
            let picked: Vec<String> =
                self.all(field.id.as_str()).map(whole).filter(|one| !one.is_empty()).collect();
            return (!picked.is_empty())
                .then(|| serde_json::to_string(&picked).ok().map(Secret::new))
                .flatten();
        }
        let typed = Secret::new(whole(self.last(field.id.as_str())?));
        Some(Secret::new(read_typed(&field.kind, field.pattern.as_ref(), typed.expose())))
    }
}

/// The fields that stand on the page while it is filled so.
fn shown<'a>(
    template: &'a Template,
    fields: &'a Fields,
    setting: Setting,
) -> impl Iterator<Item = &'a Field> {
    let is_shown = move |field: &&Field| on_phone(field) && template.is_relevant(field, fields, setting);
    template.asked(setting).filter(is_shown)
}

/// A choice that hangs on another one has nothing to choose from before.
fn has_input(field: &Field, fields: &Fields) -> bool {
    match &field.kind {
        FieldKind::Choice(options) | FieldKind::Picks { options, .. } => !options.given(fields).is_empty(),
        _ => true,
    }
}

/// The page's content.
pub(super) fn form(
    service: &ServiceCode,
    template: &Template,
    setting: Setting,
    filled: &Filled,
    note: Option<&str>,
) -> Markup {
    let fields: Vec<&Field> =
        shown(template, &filled.fields, setting).filter(|field| has_input(field, &filled.fields)).collect();
    html! {
        @if let Some(note) = note { p.note role="status" { (note) } }
        form.draft method="post" action={ "/draft/" (service) } {
            div.field {
                label for=(ID_NO) { "您的身份证号码 " span lang="en" { "Your ID number" } }
                input id=(ID_NO) name=(ID_NO) required autocomplete="off" maxlength="18" inputmode="text"
                    value=(filled.id_no.expose());
                @if let Some(fault) = &filled.id_fault { p.bad role="alert" { (fault) } }
                p.soft { "只用来认出是您本人来取，不会公开。" }
            }
            @for field in fields { (field_box(field, &filled.fields, &filled.faults)) }
            p.soft { "没想好的可以空着，到终端上再填。身份信息、声明和签名在终端上办。" }
            button { "保存并取 6 位码 " span lang="en" { "Keep it and get a code" } }
        }
    }
}

fn field_box(field: &Field, fields: &Fields, faults: &[(FieldId, String)]) -> Markup {
    let id = field.id.as_str();
    let value = fields.get(&field.id).map_or("", |value| value.expose().as_str());
    let fault = faults.iter().find(|(faulty, _)| *faulty == field.id).map(|(_, sentence)| sentence);
    html! {
        div.field {
            input type="hidden" name=(SHOWN) value=(id);
            label for=(id) { (field.label) @if !field.required { span.soft { "（选填）" } } }
            @match &field.kind {
                FieldKind::Picks { options, .. } => {
                    @let picked = entries(value).unwrap_or_default();
                    @for option in options.given(fields) {
                        label.pick {
                            input type="checkbox" name=(id) value=(option)
                                checked[picked.iter().any(|one| one.expose() == option)];
                            (option)
                        }
                    }
                }
                kind => {
                    @if let Some(options) = options(kind, fields) {
                        select id=(id) name=(id) {
                            option value="" { "请选择" }
                            @for (option, words) in options {
                                option value=(option) selected[option == value] { (words) }
                            }
                        }
                    } @else {
                        input id=(id) name=(id) type=(input_type(kind)) autocomplete="off"
                            value=(shown_for_typing(kind, value));
                    }
                }
            }
            @if let Some(sentence) = fault { p.bad role="alert" { (sentence) } }
        }
    }
}

/// What can be chosen, where anything is: value and words.
fn options(kind: &FieldKind, fields: &Fields) -> Option<Vec<(String, String)>> {
    let coded = |list: &CodeList| {
        list.codes().iter().map(|code| (code.code.to_owned(), code.name.to_owned())).collect()
    };
    match kind {
        FieldKind::Choice(options) => {
            Some(options.given(fields).iter().map(|option| (option.clone(), option.clone())).collect())
        }
        FieldKind::Coded(list) => Some(coded(list)),
        FieldKind::Bool => Some([("true", "是"), ("false", "否")].map(|(v, w)| (v.into(), w.into())).into()),
        FieldKind::Score => Some((1..=5).map(|n| (n.to_string(), n.to_string())).collect()),
        _ => None,
    }
}

/// Browsers write dates and months as the forms have them.
const fn input_type(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Date => "date",
        FieldKind::Month => "month",
        FieldKind::Mobile => "tel",
        _ => "text",
    }
}

/// Where a code of a terminal is typed.
pub(super) fn ask_for_code(trouble: Option<&str>) -> Markup {
    html! {
        form method="post" action="/draft/open" {
            div.field {
                label for="code" { "终端屏幕上的 6 位码 " span lang="en" { "The six digits on the terminal" } }
                input #code name="code" required autocomplete="off" maxlength="7" inputmode="numeric";
            }
            div.field {
                label for="id_no" { "您的身份证号码 " span lang="en" { "Your ID number" } }
                input #id_no name="id_no" required autocomplete="off" maxlength="18";
            }
            @if let Some(trouble) = trouble { p.bad role="alert" { (trouble) } }
            button { "打开 " span lang="en" { "Open" } }
        }
    }
}

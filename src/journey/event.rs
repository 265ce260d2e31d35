//! Everything that can happen to a visit.

use super::affairs_page::AffairsTrouble;
use super::booking::BookingTrouble;
use super::handoff::{HandoffTicket, HandoffTrouble};
use super::page::Own;
use super::technician::{TechnicianAnswer, TechnicianTouch};
use crate::face::FaceHint;
use crate::identity::Resident;
use crate::papers::{Corners, Refusal, TakenPage};
use crate::services::{Library, Obstacle, Shelf, StoreTrouble};
use crate::typing::Key;
use contract::bill::AccountBills;
use contract::booking::FreePlaces;
use contract::catalogue::{Badge, Service};
use contract::emergency::Emergency;
use contract::form::Fields;
use contract::guide::Means;
use contract::licence::{HeldLicences, PersonLicences, Prefilled};
use contract::message::{CaseProgress, EntryReceipt, PersonCases, Rating};
use contract::order::{ChannelName, OrderView};
use contract::phone::DropId;
use contract::project::ProjectProgress;
use contract::report::{Door, Duty};
use contract::settings::Settings;
use contract::{BillId, CaseNumber, EntryId, Fen, FieldId, LocalNumber, OrderNumber, Secret, ServiceCode};
use jiff::civil::{Date, DateTime};
use std::sync::Arc;
use std::time::Duration;

/// A visit, from the first touch to the goodbye.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitId(pub u64);

/// Something that was asked of the outside, so that its answer can be told from an older one's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// The two clocks. Nothing is ordered by the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Since the program started; never goes back.
    pub uptime: Duration,
    /// The wall clock in Shenzhen.
    pub local: DateTime,
}

impl Now {
    /// The day in Shenzhen.
    pub fn today(self) -> Date {
        self.local.date()
    }
}

/// Something happened.
#[derive(Debug)]
pub enum Event {
    /// The resident touched something.
    Touch(Touch),
    /// A second has passed, about.
    Tick,
    /// Devices, network or store changed.
    Health(Health),
    /// Operators have set something.
    Settings(Arc<Settings>),
    /// These emergency notices hold from here on, and no others.
    Emergencies(Vec<Emergency>),
    /// Somebody held a code before the scanner.
    Scanned(Secret<String>),
    /// An operator sees the technician's screen, or no longer.
    Watched(bool),
    /// An operator wants the program started anew.
    GoDown,
    /// Another version of the program is about to be installed, and started when it is.
    Hold,
    /// It is not.
    Release,
    /// The terminal was started again, and went down with this order under way.
    Interrupted(OrderNumber),
    /// The outside answers a job.
    Answer {
        /// The visit that asked.
        visit: VisitId,
        /// What was asked.
        job: JobId,
        /// The answer.
        answer: Answer,
    },
}

/// What a resident can touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touch {
    /// Anywhere on the attract screen.
    Begin,
    /// 结束
    End,
    /// 首页
    Home,
    /// 返回
    Back,
    /// 中文 or English, in the strip at the top and before the first page.
    OtherLanguage,
    /// 继续办理, in the countdown.
    KeepGoing,
    /// 我知道了, in a warning.
    EmergencyRead,
    /// The search field.
    OpenSearch,
    /// A tile of the home page, by its place.
    OpenTile(usize),
    /// Themes or departments.
    OpenShelf(Shelf),
    /// A theme or department of the shelf, by its place.
    OpenGroup(usize),
    /// A service.
    Choose(ServiceCode),
    /// 开始办理
    Start,
    /// 预约窗口, on the guide of what the terminal does not do.
    BookWindow,
    /// 同意并开始核验: the face may be looked at.
    AgreeToFace,
    /// 再试一次
    TryAgain,
    /// A key of the on-screen keyboard.
    Key(Key),
    /// A field of the form, to type in it.
    Focus(FieldId),
    /// 完成 on the keyboard.
    CloseKeyboard,
    /// An option of a field.
    Pick(FieldId, Secret<String>),
    /// 就在这里: the place of the terminal.
    ChooseHere,
    /// 添加, a row of a table.
    AddRow(FieldId),
    /// 删除, a row of a table by its place.
    RemoveRow(FieldId, usize),
    /// 下一步
    Next,
    /// 修改, from the review to a page of the form.
    Change(FieldId),
    /// The box of the consent.
    ToggleConsent,
    /// A stroke of the signature: points `x,y x,y`.
    Stroke(Secret<String>),
    /// 重签
    ClearSignature,
    /// 存草稿
    KeepDraft,
    /// 接着上次填写
    TakeDraft,
    /// 重新填写
    StartAnew,
    /// 继续填写
    GoOn,
    /// 我有手机上的码
    OpenPhoneCode,
    /// 带到手机上填
    ToPhone,
    /// 拍摄, a page of a paper.
    Scan(FieldId),
    /// 拍下整个画面
    ScanWhole,
    /// 用手机拍, pages of a paper or photos.
    UsePhone(FieldId),
    /// 用这一页
    KeepPage,
    /// A page that is kept, by its place.
    ShowPage(FieldId, usize),
    /// 删除这一页
    DropPage,
    /// 修改, from the review to the papers.
    OpenPapers,
    /// 确认提交
    Submit,
    /// A bill, to pay it or not.
    ChooseBill(BillId),
    /// An amount of credit.
    ChooseAmount(Fen),
    /// 微信支付, 支付宝
    PayBy(ChannelName),
    /// 我已支付，帮我查
    HaveIPaid,
    /// 补打, an order of the account.
    PrintOrder(OrderNumber),
    /// 打印凭条, of the payment that was interrupted.
    PrintInterrupted,
    /// 打印指南
    PrintGuide,
    /// The fee of what was handed in, or of the case that is shown.
    PayFee,
    /// 办件进度
    OpenAffairs,
    /// 刷身份证，查本人办件、证照
    Own(Own),
    /// A case of one's own.
    ChooseCase(CaseNumber),
    /// 补正
    AnswerPapers,
    /// 撤回申请
    Withdraw,
    /// 打印进度, of a project.
    PrintBoard,
    /// 再打印一次
    PrintAgain,
    /// A face of the rating.
    Rate(Rating),
    /// A reason for a bad rating, by its place.
    Tag(usize),
    /// 提交评价
    SendRating,
    /// 办理其他事项
    More,
    /// The corner of the attract page that begins no visit.
    Knock,
    /// Something on the technician's pages.
    Technician(TechnicianTouch),
}

/// What works.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each tells of one part of the terminal, and they fail one by one"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// The line to central.
    pub connection: Connection,
    /// The ID-card reader answers.
    pub reader: bool,
    /// The printer prints and has paper.
    pub printer: bool,
    /// The page printer prints and has paper; none where the terminal has no page printer.
    pub pages: Option<bool>,
    /// The camera for papers is there; none where the terminal has none.
    pub documents: Option<bool>,
    /// The code scanner is there; none where the terminal has none.
    pub scanner: Option<bool>,
    /// Central has a page that a resident's phone can open.
    pub phone: bool,
    /// Camera and face models are there.
    pub face: bool,
    /// Why the local store takes no entry; none when it does.
    pub store: Option<StoreTrouble>,
    /// Entries that wait for central.
    pub waiting: usize,
    /// Whether residents are served at all.
    pub duty: Duty,
    /// The door of the cabinet; none where no switch tells.
    pub door: Option<Door>,
}

impl Health {
    /// By what pages are taken here.
    pub const fn means(self) -> Means {
        Means { camera: self.documents.is_some(), phone: self.phone }
    }

    /// What a service needs and does not work now.
    pub(super) fn lacking(self, library: &Library, service: &Service) -> Option<Obstacle> {
        if service.needs_face && !self.reader {
            Some(Obstacle::NoCardReader)
        } else if service.needs_face && !self.face {
            Some(Obstacle::NoFaceCheck)
        } else if let Some(trouble) = self.store.filter(|_| library.provider_of(&service.code).is_none()) {
            // Before the network: no service that works without one could be done either.
            Some(Obstacle::Store(trouble))
        } else if !service.has(Badge::OfflineOk) && self.connection != Connection::Online {
            Some(Obstacle::NeedsNetwork)
        } else {
            None
        }
    }
}

/// The line to central.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// Central answers.
    Online,
    /// It does not; filings are kept here.
    #[default]
    Offline,
    /// Somebody answers who is not central (故障 E06).
    Untrusted,
    /// Central takes nothing of this terminal (故障 E09).
    Refused,
}

/// An answer from outside.
#[derive(Debug)]
pub enum Answer {
    /// A card was laid down.
    Card(Result<Resident, CardTrouble>),
    /// The camera sees something.
    Face(FaceNews),
    /// An entry was committed to the local store, or could not be.
    Committed(Result<Committed, StoreTrouble>),
    /// Central answered the entry, or why there is no receipt.
    Received(Result<EntryReceipt, NoReceipt>),
    /// The printer is done.
    Printed(PrintResult),
    /// A draft was kept, or could not be.
    DraftKept(Result<(), DraftTrouble>),
    /// The draft that was looked for, if there is one.
    DraftFound(Option<KeptDraft>),
    /// There is no such draft any more.
    DraftDropped,
    /// What was typed on a phone, or why nothing came.
    PhoneDraft(Result<KeptDraft, HandoffTrouble>),
    /// A form is kept for a phone, or could not be.
    Handed(Result<HandoffTicket, HandoffTrouble>),
    /// What an account owes, with its orders at this terminal that somebody may still ask for.
    Bills(Box<Result<(AccountBills, Vec<OrderView>), MoneyTrouble>>),
    /// How an order stands.
    Order(Box<Result<OrderView, MoneyTrouble>>),
    /// What is free to be booked.
    Places(Box<Result<FreePlaces, BookingTrouble>>),
    /// The case of a number, if there is one.
    Case(Box<Result<Option<CaseProgress>, AffairsTrouble>>),
    /// The project of a code, if there is one.
    Project(Box<Result<Option<ProjectProgress>, AffairsTrouble>>),
    /// The cases of the person whose card was read.
    OwnCases(Box<Result<PersonCases, AffairsTrouble>>),
    /// The licences that stand for papers; none when nobody said so in time.
    LicencesFound(Option<HeldLicences>),
    /// What registries fill in; none when nobody said so in time.
    Prefilled(Option<Prefilled>),
    /// The document camera sees something.
    Paper(PaperNews),
    /// A drop for pictures from a phone is open, or why not.
    DropOpened(Result<OpenDrop, PhoneTrouble>),
    /// The picture that was waited for; none when no more will come.
    Picture(Option<TakenPage>),
    /// A drop is over.
    DropClosed,
    /// Something that the technician's pages asked for.
    Technician(Box<TechnicianAnswer>),
    /// Their licences.
    OwnLicences(Box<Result<PersonLicences, AffairsTrouble>>),
}

/// Why an entry has no receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoReceipt {
    /// Central has not answered in the time given: the entry is safe here and goes on by itself.
    StillWaiting,
    /// Central will never take it.
    Refused,
    /// The place that it books is gone: nothing was booked.
    SlotTaken,
}

/// A draft that was kept on another visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptDraft {
    /// When, in Shenzhen.
    pub at: DateTime,
    /// What the resident had typed.
    pub typed: Fields,
}

/// Why a draft was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftTrouble {
    /// The reader gave no photo from the chip, and without it the key could be guessed.
    NoPhoto,
    /// The terminal's own half of the key is not there (故障 E13).
    NoSecret,
    /// The store does not take it.
    Store(StoreTrouble),
}

/// Why there are no bills, or no order. Nothing was charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyTrouble {
    /// No line to central: nothing is paid offline.
    Offline,
    /// It can't be an account of the provider, or is nobody's.
    NotAnAccount,
    /// Nobody answered in time.
    NoAnswer,
    /// The provider does not answer, or what it says does not add up.
    Provider,
    /// A bill was paid meanwhile, or somebody pays it now, or the amount is another.
    Changed,
    /// This central takes no payments.
    NotTaken,
}

/// An entry that a power cut can't undo any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Its key.
    pub entry: EntryId,
    /// The number that stands on the receipt until central gives one.
    pub number: LocalNumber,
}

/// Why no card was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardTrouble {
    /// The reader is gone.
    NoReader,
    /// It was taken away or moved.
    HoldStill,
    /// The chip's content is not right.
    Unreadable,
    /// Another kind of card, or one that this terminal does not take yet.
    NotAccepted,
    /// Its validity is over.
    Expired,
    /// Five failures: locked for a time.
    LockedOut,
}

/// A drop (手机传图) that is open at central.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDrop {
    /// Its name.
    pub id: DropId,
    /// The address of its page.
    pub address: Secret<String>,
    /// How long it lives.
    pub lives: Duration,
}

/// Why no phone sends pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneTrouble {
    /// No line to central.
    Offline,
    /// Nobody answered in time.
    NoAnswer,
    /// The time of its code is over.
    Over,
}

/// What the document camera has to say.
#[derive(Clone, Debug, PartialEq)]
pub enum PaperNews {
    /// No page yet.
    NotYet {
        /// What keeps it from being one; none while the sheet only has to lie still.
        why: Option<Refusal>,
        /// Where a sheet lies, in thousandths of the picture's width.
        sheet: Option<Corners>,
    },
    /// A page, to be judged by the resident.
    Taken(TakenPage),
    /// The camera gives no picture.
    NoPicture,
}

/// What the face check has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaceNews {
    /// What the resident should do.
    Hint(FaceHint),
    /// It is decided.
    Verdict(FaceVerdict),
}

/// How the face check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaceVerdict {
    /// The person is the card's.
    Same,
    /// The person is not the card's.
    Different,
    /// No good picture in the time given.
    NoFace,
    /// Camera, models or the card's picture are not there; nobody passes.
    Unavailable,
}

/// What became of a printout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintResult {
    /// It lies in the tray.
    Printed,
    /// Not a line was printed: no paper (故障 E02).
    NoPaper,
    /// Not printed: no printer, cover open, fault (故障 E02).
    NoPrinter,
    /// Not printed: this terminal can't write it, for its fonts lack a character.
    NotWritable,
    /// Perhaps, perhaps not.
    Unknown,
}

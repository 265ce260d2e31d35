//! Pictures from the resident's phone (手机传图): a code on the screen, and one picture after the other that comes from the page
//! behind it. Each is looked at here before it is kept; the drop ends when the page is left.

use super::event::{Answer, JobId, Now, PhoneTrouble};
use super::papers_page::{Handover, OpenPhone, PapersStep, Phone};
use super::{Ask, AwaitedPicture, Connection, Effect, Journey, OpenDrop, Page};
use crate::papers::TakenPage;
use contract::FieldId;
use contract::form::{Material, Taken};
use contract::phone::MOST_PICTURES;
use std::time::Duration;

/// How long the code stays without a picture: time to scan it, to walk around the corner to what is broken, and to choose.
const PATIENCE: Duration = Duration::from_mins(3);

impl Journey {
    /// Whether a phone could send a picture of a material now.
    pub fn can_use_phone(&self) -> bool {
        self.health.phone && matches!(self.health.connection, Connection::Online)
    }

    /// Whether the document camera could take one now: of a paper, not of a place.
    pub fn can_scan(&self, material: &Material) -> bool {
        self.health.means().has_camera_for(material) && self.health.documents == Some(true)
    }

    pub(super) fn use_phone(&mut self, material: FieldId) -> Vec<Effect> {
        let Page::Papers(papers) = &self.page else { return Vec::new() };
        let most = papers.room(&material).min(MOST_PICTURES);
        if most == 0 || !self.health.phone {
            return Vec::new();
        }
        if !self.can_use_phone() {
            self.show_phone(material, Handover::Trouble(PhoneTrouble::Offline));
            return Vec::new();
        }
        let (job, open) = self.ask(Ask::OpenDrop(most));
        self.show_phone(material, Handover::Opening(job));
        vec![open]
    }

    fn show_phone(&mut self, material: FieldId, handover: Handover) {
        if let Page::Papers(papers) = &mut self.page {
            papers.step = PapersStep::Phone(Phone { material, handover });
        }
    }

    pub(super) fn answer_phone(&mut self, job: JobId, answer: Answer, now: Now) -> Vec<Effect> {
        let Page::Papers(papers) = &self.page else { return Vec::new() };
        let PapersStep::Phone(Phone { material, handover }) = &papers.step else { return Vec::new() };
        let material = material.clone();
        match (handover, answer) {
            (Handover::Opening(asked), Answer::DropOpened(opened)) if *asked == job => match opened {
                Ok(OpenDrop { id, address, lives }) => {
                    let ends = now.uptime + lives;
                    let most = papers.room(&material).min(MOST_PICTURES);
                    let open = OpenPhone { drop: id, address, next: 1, most, ends, until: ends };
                    self.await_picture(material, open, now)
                }
                Err(why) => {
                    self.show_phone(material, Handover::Trouble(why));
                    Vec::new()
                }
            },
            (Handover::Open(open, asked), Answer::Picture(picture)) if *asked == job => match picture {
                Some(page) => {
                    let open = OpenPhone { next: open.next.saturating_add(1), ..open.clone() };
                    self.judge_picture(material, page, open, now)
                }
                None => self.end_phone(now),
            },
            _ => Vec::new(),
        }
    }

    fn judge_picture(
        &mut self,
        material: FieldId,
        page: TakenPage,
        open: OpenPhone,
        now: Now,
    ) -> Vec<Effect> {
        // Who sends a picture is here, without touching anything.
        self.last_touch = now.uptime;
        if let Page::Papers(papers) = &mut self.page {
            papers.step = PapersStep::Judge { material, page, phone: Some(open) };
        }
        Vec::new()
    }

    /// Back to the code, or to the list when nothing more is wanted.
    pub(super) fn go_on_with_phone(&mut self, material: FieldId, open: OpenPhone, now: Now) -> Vec<Effect> {
        let Page::Papers(papers) = &self.page else { return Vec::new() };
        let has_room = papers.room(&material) > 0;
        if has_room && open.next <= open.most {
            return self.await_picture(material, open, now);
        }
        let mut closed = self.leave_drop();
        if has_room {
            // What it took was not all kept: another code takes the rest.
            closed.extend(self.use_phone(material));
            return closed;
        }
        if let Page::Papers(papers) = &mut self.page {
            papers.step = PapersStep::List;
        }
        closed
    }

    fn await_picture(&mut self, material: FieldId, open: OpenPhone, now: Now) -> Vec<Effect> {
        let Page::Papers(papers) = &self.page else { return Vec::new() };
        let is_paper = papers.material(&material).is_some_and(|wanted| wanted.taken == Taken::Paper);
        let purpose = self.purpose(now).filter(|_| is_paper);
        let awaited = AwaitedPicture { drop: open.drop, n: open.next, purpose };
        let (job, wait) = self.ask(Ask::AwaitPicture(awaited));
        let open = OpenPhone { until: (now.uptime + PATIENCE).min(open.ends), ..open };
        self.show_phone(material, Handover::Open(open, job));
        vec![wait]
    }

    /// The code is of no use any more: another can be had.
    fn end_phone(&mut self, now: Now) -> Vec<Effect> {
        self.last_touch = now.uptime;
        let effects = self.leave_page();
        if let Page::Papers(papers) = &mut self.page
            && let PapersStep::Phone(phone) = &mut papers.step
        {
            phone.handover = Handover::Trouble(PhoneTrouble::Over);
        }
        effects
    }

    /// Time goes on: nobody sends anything.
    pub(super) fn tick_phone(&mut self, now: Now) -> Option<Vec<Effect>> {
        let Page::Papers(papers) = &self.page else { return None };
        let is_over = papers.step.shown_code().is_some_and(|open| now.uptime >= open.until);
        is_over.then(|| self.end_phone(now))
    }

    /// What a drop that is open needs when nobody looks at it any more.
    pub(super) fn leave_drop(&mut self) -> Vec<Effect> {
        let open = match &self.page {
            Page::Papers(papers) => papers.step.drop(),
            _ => None,
        };
        open.map(|drop| self.ask(Ask::CloseDrop(drop)).1).into_iter().collect()
    }
}

//! Carries messages to the printer and waits for the last sheet. A job that does not end in time is taken back: nobody
//! finds a stranger's certificate in the tray.

use super::protocol::{self, Job, NotAnAddress, PageFault, PageState, Stage};
use contract::Secret;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::{Request, Uri, header};
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

/// How long one exchange may take; a page is sent in far less.
const EXCHANGE: Duration = Duration::from_secs(10);
/// How often a job is asked about.
const ASK_EVERY: Duration = Duration::from_millis(400);
/// How long a printer that has another job in hand is asked again.
const BUSY: Duration = Duration::from_secs(10);
/// After how long the printer is asked what a job waits for: most are over by then.
const PROMPT: Duration = Duration::from_secs(5);
/// How long a job may take: a cold laser needs half a minute before its first page.
const PATIENCE: Duration = Duration::from_mins(1);
/// More than any printer says of itself.
const LONGEST_ANSWER: usize = 256 * 1024;

/// What became of pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageResult {
    /// They lie in the tray.
    Printed,
    /// Not one lies there.
    NotPrinted(NoPages),
    /// Perhaps, perhaps not.
    Unknown,
}

/// Why no page was printed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPages {
    /// Nobody answers at the address.
    #[error("no page printer answers: {0}; check power, cable and ipp-usb")]
    Absent(String),
    /// No paper.
    #[error("the page printer has no paper: load A4")]
    NoPaper,
    /// It is stopped, or takes nothing.
    #[error("the page printer takes no job ({0}): look at its panel")]
    Stopped(String),
    /// It can't print what we send.
    #[error("the page printer takes no PDF: it is not one for this terminal")]
    NoPdf,
    /// Its answers can't be used.
    #[error(transparent)]
    Fault(#[from] PageFault),
}

/// A page printer at its address.
#[derive(Clone, Debug)]
pub struct PagePrinter {
    uri: Uri,
    host: String,
    port: u16,
}

impl PagePrinter {
    /// The printer at `ipp://host:port/path`. Nothing is sent yet.
    pub fn at(address: &str) -> Result<Self, NotAnAddress> {
        let fault = || NotAnAddress(address.to_owned());
        let uri: Uri = address.parse().map_err(|_| fault())?;
        let host =
            uri.host().map(str::to_owned).filter(|_| uri.scheme_str() == Some("ipp")).ok_or_else(fault)?;
        let port = uri.port_u16().unwrap_or(631);
        Ok(Self { uri, host, port })
    }

    /// How it stands.
    pub async fn state(&self) -> Result<PageState, NoPages> {
        let answer = self.exchange(protocol::ask_state(&self.uri)?).await.map_err(NoExchange::before)?;
        Ok(protocol::read_state(&answer)?)
    }

    /// Prints pages and waits until they lie in the tray.
    pub async fn print(&self, pdf: &Secret<Vec<u8>>, copies: u8) -> PageResult {
        match self.take(pdf, copies).await {
            Ok(job) => self.follow(job).await,
            Err(result) => result,
        }
    }

    /// Hands a job over to a printer that can do it.
    async fn take(&self, pdf: &Secret<Vec<u8>>, copies: u8) -> Result<Job, PageResult> {
        let no = |why: NoPages| PageResult::NotPrinted(why);
        let state = self.state().await.map_err(no)?;
        if state.is_out_of_paper() {
            return Err(no(NoPages::NoPaper));
        }
        if !state.is_accepting {
            return Err(no(NoPages::Stopped(state.reasons.join(", "))));
        }
        if !state.takes_pdf {
            return Err(no(NoPages::NoPdf));
        }
        let message =
            protocol::print_job(&self.uri, pdf.expose(), copies).map_err(|fault| no(fault.into()))?;
        let until = Instant::now() + BUSY;
        loop {
            let answer = self.exchange(message.clone()).await.map_err(|none| match none {
                NoExchange::NotSent(why) => no(NoPages::Absent(why)),
                NoExchange::NoAnswer(_) => PageResult::Unknown,
            })?;
            match protocol::read_job(&answer) {
                // It took nothing: the job before, perhaps one that was taken back, is still leaving.
                Err(PageFault::Busy) if Instant::now() < until => sleep(ASK_EVERY).await,
                job => return job.map_err(|fault| no(fault.into())),
            }
        }
    }

    async fn follow(&self, mut job: Job) -> PageResult {
        let since = Instant::now();
        loop {
            match job.stage {
                Stage::Completed => return PageResult::Printed,
                Stage::Ended => return PageResult::NotPrinted(NoPages::Stopped("job ended".to_owned())),
                Stage::UnderWay => {}
            }
            let waits_for_paper = since.elapsed() >= PROMPT
                && self.state().await.is_ok_and(|state| state.lets_a_job_wait_for_paper());
            if waits_for_paper {
                return self.take_back(job, NoPages::NoPaper).await;
            }
            if since.elapsed() >= PATIENCE {
                return self.take_back(job, NoPages::Stopped("took too long".to_owned())).await;
            }
            sleep(ASK_EVERY).await;
            let asked = match protocol::ask_job(&self.uri, job.id) {
                Ok(message) => self.exchange(message).await,
                Err(_) => return PageResult::Unknown,
            };
            // One answer that is missing says nothing of the job; the patience ends it.
            if let Ok(answer) = asked
                && let Ok(now) = protocol::read_job(&answer)
            {
                job = now;
            }
        }
    }

    /// What can be taken back is; otherwise nobody knows.
    async fn take_back(&self, job: Job, why: NoPages) -> PageResult {
        let Ok(message) = protocol::cancel_job(&self.uri, job.id) else { return PageResult::Unknown };
        let canceled = self.exchange(message).await.is_ok_and(|answer| protocol::read_done(&answer).is_ok());
        if canceled { PageResult::NotPrinted(why) } else { PageResult::Unknown }
    }

    async fn exchange(&self, message: Vec<u8>) -> Result<Vec<u8>, NoExchange> {
        let connect = TcpStream::connect((self.host.as_str(), self.port));
        let stream =
            timeout(EXCHANGE, connect).await.map_err(|_| NoExchange::NotSent("no answer".to_owned()))?;
        let stream = stream.map_err(|error| NoExchange::NotSent(error.to_string()))?;
        let answer = timeout(EXCHANGE, self.post(stream, message)).await;
        answer
            .map_err(|_| NoExchange::NoAnswer("no answer in time".to_owned()))?
            .map_err(NoExchange::NoAnswer)
    }

    async fn post(&self, stream: TcpStream, message: Vec<u8>) -> Result<Vec<u8>, String> {
        let words = |error: &dyn std::fmt::Display| error.to_string();
        let path = self.uri.path_and_query().map_or("/", |path| path.as_str());
        let request = Request::post(path)
            .header(header::HOST, format!("{}:{}", self.host, self.port))
            .header(header::CONTENT_TYPE, "application/ipp")
            .body(Full::new(Bytes::from(message)))
            .map_err(|error| words(&error))?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| words(&error))?;
        let connection = tokio::spawn(connection);
        let answer = async {
            let answer = sender.send_request(request).await.map_err(|error| words(&error))?;
            if !answer.status().is_success() {
                return Err(format!("HTTP {}", answer.status()));
            }
            let body = Limited::new(answer.into_body(), LONGEST_ANSWER).collect().await;
            body.map(|body| body.to_bytes().to_vec()).map_err(|error| words(&error))
        }
        .await;
        connection.abort();
        answer
    }
}

/// Why an exchange brought nothing.
enum NoExchange {
    /// Not a byte went out.
    NotSent(String),
    /// It may have arrived.
    NoAnswer(String),
}

impl NoExchange {
    /// For a question that changes nothing.
    fn before(self) -> NoPages {
        match self {
            Self::NotSent(why) | Self::NoAnswer(why) => NoPages::Absent(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_or_is_refused_with_an_example() {
        assert!(PagePrinter::at("ipp://127.0.0.1:60000/ipp/print").is_ok());
        assert!(PagePrinter::at("ipp://printer.local/ipp/print").is_ok_and(|printer| printer.port == 631));
        for wrong in ["", "lp0", "http://127.0.0.1/ipp", "ipp:///print"] {
            let fault = PagePrinter::at(wrong).unwrap_err().to_string();
            assert!(fault.contains("ipp://127.0.0.1:60000/ipp/print"), "{wrong}: {fault}");
        }
    }
}

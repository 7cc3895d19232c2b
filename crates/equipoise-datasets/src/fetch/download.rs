//! One download into a part file: resumed where the server allows it, bounded, never trusted.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ureq::http::{Response, header};
use ureq::{Agent, Body};

use super::{FetchError, Progress, StdError, open_part};
use crate::verify::digest;

const USER_AGENT: &str = concat!("equipoise-datasets/", env!("CARGO_PKG_VERSION"));
const CONNECT: Duration = Duration::from_secs(20);
const SILENCE: Duration = Duration::from_secs(60);

/// A connection that breaks off is taken up again this often, as long as each brings something new.
const CONNECTIONS_MAX: u32 = 10;
const REDIRECTS_MAX: u32 = 5;

/// How long the answer may be.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// The exact size, where it is known.
    pub(super) expected: Option<u64>,
    /// No more than this.
    pub(super) max: u64,
}

/// Why a download failed.
pub(super) enum Failure {
    /// Nothing ever answered.
    Unreachable(Box<dyn StdError + Send + Sync>),
    /// Everything else.
    Other(FetchError),
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self::Other(error)
    }
}

/// A part file, open and locked against other processes.
pub(super) struct Download {
    pub(super) path: PathBuf,
    pub(super) file: File,
    /// Some of the bytes are of an earlier download.
    pub(super) resumed: bool,
}

impl Download {
    /// Opens or creates the part file.
    pub(super) fn open(path: PathBuf) -> Result<Self, FetchError> {
        loop {
            let file = open_part(&path).map_err(|error| FetchError::io(&path, error))?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Err(FetchError::Busy { path }),
                // A file system without locks: the checksum still guards the result.
                Err(TryLockError::Error(_)) | Ok(()) => {}
            }
            // Its holder may have renamed the file between the opening and the lock; then it is not ours to write.
            if path.exists() {
                return Ok(Self { path, file, resumed: false });
            }
        }
    }

    pub(super) fn len(&self) -> Result<u64, FetchError> {
        self.file.metadata().map(|metadata| metadata.len()).map_err(|error| self.io(error))
    }

    /// Empties the file.
    pub(super) fn clear(&mut self) -> Result<(), FetchError> {
        self.resumed = false;
        self.file.set_len(0).and_then(|()| self.file.rewind()).map_err(|error| self.io(error))
    }

    /// SHA-256 and length of what lies on disk.
    pub(super) fn digest(&mut self) -> Result<(String, u64), FetchError> {
        self.file.sync_all().and_then(|()| self.file.rewind()).map_err(|error| self.io(error))?;
        digest(&self.file).map_err(|error| self.io(error))
    }

    pub(super) fn rename(self, to: &Path) -> Result<(), FetchError> {
        fs::rename(&self.path, to).map_err(|error| FetchError::io(to, error))
    }

    /// Removes the file; that it may stay is no reason to hide the error that led here.
    pub(super) fn remove(self) {
        drop(self.file);
        let _ = fs::remove_file(&self.path);
    }

    /// An empty part file says nothing to the next attempt.
    fn remove_if_empty(self) {
        if self.len().is_ok_and(|bytes| bytes == 0) {
            self.remove();
        }
    }

    fn io(&self, error: io::Error) -> FetchError {
        FetchError::io(&self.path, error)
    }
}

/// Downloads `url` into the part file at `path`, from where an earlier download left off.
///
/// What comes back is complete as far as the server said; its bytes are not checked.
pub(super) fn download(
    url: &str,
    path: PathBuf,
    limits: Limits,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Download, Failure> {
    let agent = agent(url)?;
    let mut part = Download::open(path)?;
    let there = part.len()?;
    if there > limits.max {
        part.clear()?;
    } else if there > 0 && limits.expected == Some(there) {
        part.resumed = true;
        return Ok(part);
    }
    let mut answered = false;
    let mut connections = 0;
    loop {
        connections += 1;
        let before = part.len()?;
        let broken = match connect(&agent, url, &mut part) {
            Ok(response) => {
                answered = true;
                match receive(response, url, &mut part, limits, progress) {
                    Ok(()) => return Ok(part),
                    Err(Stop::Broken(cause)) => cause,
                    Err(Stop::Final(error)) => {
                        part.remove();
                        return Err(error.into());
                    }
                    Err(Stop::Local(error)) => return Err(error.into()),
                }
            }
            Err(Refusal::Silent(cause)) if answered => cause,
            Err(Refusal::Silent(cause)) => {
                part.remove_if_empty();
                return Err(Failure::Unreachable(cause));
            }
            Err(Refusal::Answer(error)) => {
                part.remove_if_empty();
                return Err(error.into());
            }
        };
        let bytes = part.len()?;
        if bytes <= before || connections == CONNECTIONS_MAX {
            let kept = part.path.clone();
            part.remove_if_empty();
            return Err(
                FetchError::Interrupted { url: url.to_owned(), bytes, part: kept, source: broken }.into()
            );
        }
    }
}

/// A client for this address: `https` throughout, or plain `http` to loopback without redirects and proxy.
fn agent(url: &str) -> Result<Agent, FetchError> {
    let secure = url.starts_with("https://");
    if !secure && !is_loopback(url) {
        return Err(FetchError::Insecure { url: url.to_owned() });
    }
    let mut config = Agent::config_builder()
        .https_only(secure)
        .max_redirects(if secure { REDIRECTS_MAX } else { 0 })
        .max_redirects_will_error(secure)
        .http_status_as_error(false)
        .user_agent(USER_AGENT)
        .accept_encoding("identity")
        .timeout_resolve(Some(CONNECT))
        .timeout_connect(Some(CONNECT))
        .timeout_recv_response(Some(SILENCE))
        .timeout_per_read(Some(SILENCE));
    if !secure {
        config = config.proxy(None);
    }
    Ok(config.build().into())
}

fn is_loopback(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    ["127.0.0.1", "[::1]"].iter().any(|host| {
        // Only a port may follow: `127.0.0.1:80@elsewhere` is elsewhere.
        authority.strip_prefix(host).is_some_and(|rest| match rest.strip_prefix(':') {
            Some(port) => port.bytes().all(|byte| byte.is_ascii_digit()),
            None => rest.is_empty(),
        })
    })
}

/// Why there is no body to read.
enum Refusal {
    Silent(Box<dyn StdError + Send + Sync>),
    Answer(FetchError),
}

/// Asks for what the part file lacks; afterwards the file is where the body has to be written.
fn connect(agent: &Agent, url: &str, part: &mut Download) -> Result<Response<Body>, Refusal> {
    let local = Refusal::Answer;
    let offset = part.len().map_err(local)?;
    if offset > 0 {
        let response = send(agent, url, Some(offset))?;
        let resumes = response.status() == 206 && starts_at(&response) == Some(offset);
        if resumes {
            part.resumed = true;
            part.file.seek(SeekFrom::Start(offset)).map_err(|error| Refusal::Answer(part.io(error)))?;
            return Ok(response);
        }
        match response.status().as_u16() {
            200 => {
                part.clear().map_err(local)?;
                return Ok(response);
            }
            // Another range than asked for, or none: begin again without.
            206 | 416 => part.clear().map_err(local)?,
            // What is there may still be good.
            status => return Err(Refusal::Answer(FetchError::Status { url: url.to_owned(), status })),
        }
    }
    let response = send(agent, url, None)?;
    if response.status() != 200 {
        let status = response.status().as_u16();
        return Err(Refusal::Answer(FetchError::Status { url: url.to_owned(), status }));
    }
    Ok(response)
}

fn send(agent: &Agent, url: &str, offset: Option<u64>) -> Result<Response<Body>, Refusal> {
    let mut request = agent.get(url);
    if let Some(offset) = offset {
        request = request.header(header::RANGE, format!("bytes={offset}-"));
    }
    request.call().map_err(|error| match error {
        ureq::Error::RequireHttpsOnly(url) => Refusal::Answer(FetchError::Insecure { url }),
        error => Refusal::Silent(Box::new(error)),
    })
}

/// The first byte's position that `Content-Range: bytes FIRST-LAST/TOTAL` states.
fn starts_at(response: &Response<Body>) -> Option<u64> {
    let value = response.headers().get(header::CONTENT_RANGE)?.to_str().ok()?;
    value.strip_prefix("bytes ")?.split('-').next()?.trim().parse().ok()
}

/// Why a body ended before its end.
enum Stop {
    /// The connection broke off; another may bring the rest.
    Broken(Box<dyn StdError + Send + Sync>),
    /// The answer is not wanted.
    Final(FetchError),
    /// The disk failed.
    Local(FetchError),
}

fn receive(
    mut response: Response<Body>,
    url: &str,
    part: &mut Download,
    limits: Limits,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(), Stop> {
    let mut bytes = part.file.stream_position().map_err(|error| Stop::Local(part.io(error)))?;
    let total = response.body().content_length().and_then(|rest| bytes.checked_add(rest));
    let too_large = || Stop::Final(FetchError::TooLarge { url: url.to_owned(), limit: limits.max });
    if total.is_some_and(|total| total > limits.max) {
        return Err(too_large());
    }
    progress(Progress { url, bytes, total });
    let mut body = response.body_mut().with_config().limit(u64::MAX).reader();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match body.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => {
                bytes += n as u64; // lossless: a buffer's length
                if bytes > limits.max {
                    return Err(too_large());
                }
                part.file.write_all(&buffer[..n]).map_err(|error| Stop::Local(part.io(error)))?;
                progress(Progress { url, bytes, total });
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Stop::Broken(Box::new(error))),
        }
    }
    match total {
        Some(total) if bytes < total => {
            Err(Stop::Broken(Box::new(io::Error::from(io::ErrorKind::UnexpectedEof))))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_may_be_spoken_to_in_the_clear() {
        for url in ["http://127.0.0.1:80/x", "http://[::1]:80/x", "http://127.0.0.1/x"] {
            assert!(is_loopback(url), "{url}");
        }
        let others = [
            "http://example.org/x",
            "http://127.0.0.1.example.org/",
            "http://127.0.0.1@example.org/",
            "http://127.0.0.1:80@example.org/",
            "http://127.0.0.180/",
            "http://localhost/",
            "ftp://127.0.0.1/x",
            "http://",
            "",
        ];
        for url in others {
            assert!(!is_loopback(url), "{url}");
            assert!(matches!(agent(url), Err(FetchError::Insecure { .. })), "{url}");
        }
    }
}

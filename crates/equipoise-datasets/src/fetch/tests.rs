//! Downloads from a server on loopback that behaves well, badly and worse.

use std::io::{BufRead, BufReader, Cursor, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use super::*;
use crate::catalogue::{Part, find};

/// What came in: the path and the first byte asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Request {
    path: String,
    from: Option<usize>,
}

struct Server {
    url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    fn ranges(&self) -> Vec<Option<usize>> {
        self.requests().into_iter().map(|request| request.from).collect()
    }
}

/// Answers the n-th connection with the bytes that `answer` gives, then closes it.
fn serve(answer: impl Fn(usize, &Request) -> Vec<u8> + Send + 'static) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&requests);
    thread::spawn(move || {
        for (n, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let mut request = Request { path: String::new(), from: None };
            for line in BufReader::new(stream.try_clone().unwrap()).lines() {
                let line = line.unwrap();
                if let Some(rest) = line.strip_prefix("GET ") {
                    request.path = rest.split(' ').next().unwrap().to_owned();
                } else if let Some(range) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
                    request.from = Some(range.trim_end_matches('-').parse().unwrap());
                } else if line.is_empty() {
                    break;
                }
            }
            seen.lock().unwrap().push(request.clone());
            // A client that hangs up early is part of some tests.
            let _ = stream.write_all(&answer(n, &request));
        }
    });
    Server { url, requests }
}

fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn whole(body: &[u8]) -> Vec<u8> {
    response("200 OK", &format!("Content-Length: {}\r\n", body.len()), body)
}

/// What a server that knows ranges says.
fn ranged(body: &[u8], request: &Request) -> Vec<u8> {
    let Some(from) = request.from else { return whole(body) };
    if from >= body.len() {
        return response("416 Range Not Satisfiable", "Content-Length: 0\r\n", b"");
    }
    let (last, total) = (body.len() - 1, body.len());
    let headers =
        format!("Content-Range: bytes {from}-{last}/{total}\r\nContent-Length: {}\r\n", total - from);
    response("206 Partial Content", &headers, &body[from..])
}

/// The answer without its body, as if the connection broke off there.
fn head(mut answer: Vec<u8>) -> Vec<u8> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    answer.truncate(end + 4);
    answer
}

fn content() -> Vec<u8> {
    (0..200_000_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761) >> 16).to_le_bytes()).collect()
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// A data set of one file `rows.csv` with this content.
fn data_set(content: &[u8], sources: &[(String, &'static [&'static str])]) -> &'static DataSet {
    let sources = sources.iter().map(|(url, members)| Source { url: leak(url.clone()), members });
    let sources: &'static Vec<Source> = leak(sources.collect());
    let (sha256, bytes) = digest(content).unwrap();
    let file = DataFile {
        name: "rows.csv",
        sha256: leak(sha256),
        bytes,
        role: Role::Data,
        table: None,
        origin: Origin::Download(sources),
    };
    leak(DataSet {
        name: "trial",
        title: "Trial",
        description: "",
        tasks: &[],
        licence: "",
        page: "https://example.org/trial",
        citation: "",
        files: leak([file]),
        parts: leak([Part { name: "all", about: "", files: &["rows.csv"], audits: &[] }]),
        notes: &[],
    })
}

fn direct(content: &[u8], server: &Server) -> &'static DataSet {
    data_set(content, &[(format!("{}/rows.csv", server.url), &[])])
}

fn run(data_set: &'static DataSet, folder: &Path) -> Result<Vec<FetchedFile>, FetchError> {
    fetch_into(data_set, folder, &mut |_| {})
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The fetch succeeds and leaves the file, nothing else.
#[track_caller]
fn check_fetched(data_set: &'static DataSet, folder: &Path, content: &[u8]) {
    let fetched = run(data_set, folder).unwrap();
    assert!(matches!(fetched[0].outcome, Outcome::Downloaded { .. }), "{:?}", fetched[0].outcome);
    assert_eq!(names(folder), ["rows.csv"]);
    assert!(fs::read(folder.join("rows.csv")).unwrap() == content);
}

/// The fetch fails and leaves nothing.
#[track_caller]
fn check_nothing_kept(data_set: &'static DataSet, folder: &Path) -> FetchError {
    let error = run(data_set, folder).unwrap_err();
    assert_eq!(names(folder), [""; 0], "{error}");
    error
}

#[test]
fn a_whole_file_is_kept_and_not_asked_for_again() {
    let server = serve(|_, _| whole(&content()));
    let set = direct(&content(), &server);
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("made/on/the/way");
    let mut seen = Vec::new();
    fetch_into(set, &inner, &mut |progress| seen.push((progress.bytes, progress.total))).unwrap();
    assert_eq!(seen.first(), Some(&(0, Some(800_000))));
    assert_eq!(seen.last(), Some(&(800_000, Some(800_000))));
    assert!(seen.is_sorted());
    let again = run(set, &inner).unwrap();
    assert!(matches!(again[0].outcome, Outcome::AlreadyRight));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_part_file_is_resumed() {
    let server = serve(|_, request| ranged(&content(), request));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rows.csv.part"), &content()[..300_000]).unwrap();
    check_fetched(direct(&content(), &server), folder.path(), &content());
    assert_eq!(server.ranges(), [Some(300_000)]);
}

#[test]
fn a_whole_part_file_needs_no_network() {
    let server = serve(|_, _| whole(b""));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rows.csv.part"), content()).unwrap();
    check_fetched(direct(&content(), &server), folder.path(), &content());
    assert_eq!(server.requests(), []);
}

#[test]
fn a_server_without_ranges_begins_again() {
    let server = serve(|_, _| whole(&content()));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rows.csv.part"), &content()[..300_000]).unwrap();
    check_fetched(direct(&content(), &server), folder.path(), &content());
    assert_eq!(server.ranges(), [Some(300_000)]);
}

#[test]
fn an_unsatisfiable_or_shifted_range_begins_again() {
    let refuse = |_: &Request| response("416 Range Not Satisfiable", "Content-Length: 0\r\n", b"");
    let shift = |_: &Request| ranged(&content(), &Request { path: String::new(), from: Some(7) });
    for first in [refuse as fn(&Request) -> Vec<u8>, shift] {
        let server = serve(move |n, request| if n == 0 { first(request) } else { whole(&content()) });
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rows.csv.part"), &content()[..300_000]).unwrap();
        check_fetched(direct(&content(), &server), folder.path(), &content());
        assert_eq!(server.ranges(), [Some(300_000), None]);
    }
}

#[test]
fn a_part_of_another_file_is_thrown_away() {
    let server = serve(|_, request| ranged(&content(), request));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rows.csv.part"), vec![7; 300_000]).unwrap();
    check_fetched(direct(&content(), &server), folder.path(), &content());
    assert_eq!(server.ranges(), [Some(300_000), None]);
}

#[test]
fn a_part_longer_than_the_file_is_thrown_away() {
    let server = serve(|_, request| ranged(&content(), request));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rows.csv.part"), vec![7; 900_000]).unwrap();
    check_fetched(direct(&content(), &server), folder.path(), &content());
    assert_eq!(server.ranges(), [None]);
}

#[test]
fn a_dropped_connection_is_taken_up_where_it_broke() {
    let server = serve(|n, request| {
        let mut answer = ranged(&content(), request);
        if n < 2 {
            answer.truncate(answer.len() / 2);
        }
        answer
    });
    let folder = tempfile::tempdir().unwrap();
    check_fetched(direct(&content(), &server), folder.path(), &content());
    let ranges = server.ranges();
    assert_eq!(ranges.len(), 3);
    assert!(ranges[0].is_none() && ranges[1] < ranges[2] && ranges[1] > Some(300_000), "{ranges:?}");
}

#[test]
fn a_connection_that_brings_nothing_new_ends_the_fetch_and_keeps_the_part() {
    let server = serve(|n, request| {
        let mut answer = ranged(&content(), request);
        if n > 0 {
            return head(answer);
        }
        answer.truncate(answer.len() / 2);
        answer
    });
    let folder = tempfile::tempdir().unwrap();
    let error = run(direct(&content(), &server), folder.path()).unwrap_err();
    let FetchError::Interrupted { bytes, part, .. } = error else { panic!("{error}") };
    assert_eq!(fs::metadata(&part).unwrap().len(), bytes);
    assert!(bytes > 300_000 && bytes < 800_000);
    assert_eq!(names(folder.path()), ["rows.csv.part"]);
}

#[test]
fn wrong_content_is_not_kept() {
    for wrong in [vec![0; 800_000], content()[1..].to_vec(), Vec::new()] {
        let sent = wrong.clone();
        let server = serve(move |_, _| whole(&sent));
        let folder = tempfile::tempdir().unwrap();
        let error = check_nothing_kept(direct(&content(), &server), folder.path());
        let FetchError::WrongContent { found_bytes, expected_bytes: 800_000, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(found_bytes, wrong.len() as u64);
    }
}

#[test]
fn more_than_the_published_size_is_refused() {
    let announced = serve(|_, _| whole(&[content(), vec![1]].concat()));
    let endless = serve(|_, _| response("200 OK", "", &[content(), vec![1; 1_000_000]].concat()));
    for server in [announced, endless] {
        let folder = tempfile::tempdir().unwrap();
        let error = check_nothing_kept(direct(&content(), &server), folder.path());
        assert!(matches!(error, FetchError::TooLarge { limit: 800_000, .. }), "{error}");
    }
}

#[test]
fn a_file_without_stated_length_is_checked_by_its_hash() {
    let server = serve(|_, _| response("200 OK", "", &content()));
    let folder = tempfile::tempdir().unwrap();
    check_fetched(direct(&content(), &server), folder.path(), &content());
    let cut = serve(|_, _| response("200 OK", "", &content()[..1000]));
    let folder = tempfile::tempdir().unwrap();
    let error = check_nothing_kept(direct(&content(), &cut), folder.path());
    assert!(matches!(error, FetchError::WrongContent { found_bytes: 1000, .. }), "{error}");
}

#[test]
fn the_next_source_is_tried_and_the_first_error_is_told() {
    let server = serve(|_, request| match request.path.as_str() {
        "/good" => whole(&content()),
        _ => response("404 Not Found", "Content-Length: 4\r\n", b"gone"),
    });
    let (bad, worse) = (format!("{}/bad", server.url), format!("{}/worse", server.url));
    let folder = tempfile::tempdir().unwrap();
    let error = check_nothing_kept(data_set(&content(), &[(bad.clone(), &[]), (worse, &[])]), folder.path());
    let FetchError::Status { url, status: 404 } = error else { panic!("{error}") };
    assert_eq!(url, bad);
    let good = format!("{}/good", server.url);
    check_fetched(data_set(&content(), &[(bad, &[]), (good, &[])]), folder.path(), &content());
}

#[test]
fn a_failing_server_does_not_cost_the_part() {
    let server = serve(|_, _| response("503 Service Unavailable", "Content-Length: 0\r\n", b""));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rows.csv.part"), &content()[..300_000]).unwrap();
    let error = run(direct(&content(), &server), folder.path()).unwrap_err();
    assert!(matches!(error, FetchError::Status { status: 503, .. }), "{error}");
    assert_eq!(fs::metadata(folder.path().join("rows.csv.part")).unwrap().len(), 300_000);
}

#[test]
fn loopback_may_not_redirect() {
    let server =
        serve(|_, _| response("302 Found", "Location: http://127.0.0.1:9/x\r\nContent-Length: 0\r\n", b""));
    let folder = tempfile::tempdir().unwrap();
    let error = check_nothing_kept(direct(&content(), &server), folder.path());
    assert!(matches!(error, FetchError::Status { status: 302, .. }), "{error}");
}

#[test]
fn garbage_instead_of_http_is_unreachable() {
    let server = serve(|_, _| b"SSH-2.0-hello\r\n".to_vec());
    let folder = tempfile::tempdir().unwrap();
    let error = check_nothing_kept(direct(&content(), &server), folder.path());
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
}

#[test]
fn an_unreachable_server_says_what_to_do_by_hand() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/rows.csv", listener.local_addr().unwrap());
    drop(listener);
    let folder = tempfile::tempdir().unwrap();
    let error = check_nothing_kept(data_set(&content(), &[(url.clone(), &[]), (url, &[])]), folder.path());
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("visit https://example.org/trial and put rows.csv into"), "{text}");
    assert!(text.contains(&folder.path().display().to_string()), "{text}");
}

#[test]
fn plain_http_to_elsewhere_is_refused_unasked() {
    let set = data_set(&content(), &[("http://example.org/rows.csv".to_owned(), &[])]);
    let folder = tempfile::tempdir().unwrap();
    let error = check_nothing_kept(set, folder.path());
    assert!(matches!(error, FetchError::Insecure { .. }), "{error}");
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn an_archive_is_asked_for_once_and_removed() {
    let bytes = zip(&[("readme", b"x"), ("folder/rows.csv", &content())]);
    let server = serve(move |_, request| ranged(&bytes, request));
    let folder = tempfile::tempdir().unwrap();
    let set = data_set(&content(), &[(format!("{}/a.zip", server.url), &["rows.csv"])]);
    check_fetched(set, folder.path(), &content());
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_broken_off_archive_is_resumed_by_the_next_fetch() {
    let bytes = zip(&[("rows.csv", &content())]);
    let half = bytes.len() / 2;
    let server = serve(move |n, request| {
        let mut answer = ranged(&bytes, request);
        match n {
            0 => answer.truncate(half),
            1 => answer = head(answer),
            _ => {}
        }
        answer
    });
    let folder = tempfile::tempdir().unwrap();
    let set = data_set(&content(), &[(format!("{}/a.zip", server.url), &["rows.csv"])]);
    let error = run(set, folder.path()).unwrap_err();
    assert!(matches!(error, FetchError::Interrupted { .. }), "{error}");
    check_fetched(set, folder.path(), &content());
    assert!(server.ranges()[2].is_some());
}

#[test]
fn an_archive_with_names_that_lead_out_is_refused() {
    let bytes = zip(&[("rows.csv", &content()), ("../escaped.csv", b"x")]);
    let server = serve(move |_, request| ranged(&bytes, request));
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("set");
    let set = data_set(&content(), &[(format!("{}/a.zip", server.url), &["rows.csv"])]);
    let error = check_nothing_kept(set, &folder);
    assert!(matches!(error, FetchError::Archive { .. }), "{error}");
    assert_eq!(names(outer.path()), ["set"]);
}

#[test]
fn a_wrong_member_or_no_archive_leaves_nothing() {
    let wrong = zip(&[("rows.csv", b"other rows")]);
    let absent = zip(&[("columns.csv", b"x")]);
    for bytes in [wrong, absent, b"<html>not found</html>".to_vec(), Vec::new()] {
        let server = serve(move |_, request| ranged(&bytes, request));
        let folder = tempfile::tempdir().unwrap();
        let set = data_set(&content(), &[(format!("{}/a.zip", server.url), &["rows.csv"])]);
        let error = check_nothing_kept(set, folder.path());
        assert!(error.is_about_content(), "{error}");
    }
}

#[test]
fn a_wrong_file_is_replaced_only_by_the_right_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rows.csv"), b"mine").unwrap();
    let broken = serve(|_, _| whole(b"theirs"));
    run(direct(&content(), &broken), folder.path()).unwrap_err();
    assert_eq!(fs::read(folder.path().join("rows.csv")).unwrap(), b"mine");
    let server = serve(|_, _| whole(&content()));
    check_fetched(direct(&content(), &server), folder.path(), &content());
}

#[test]
fn two_fetches_of_one_file_do_not_mix() {
    let server = serve(|_, _| whole(&content()));
    let folder = tempfile::tempdir().unwrap();
    let held = Download::open(folder.path().join("rows.csv.part")).unwrap_or_else(|error| panic!("{error}"));
    let error = run(direct(&content(), &server), folder.path()).unwrap_err();
    assert!(matches!(error, FetchError::Busy { .. }), "{error}");
    held.remove();
    check_fetched(direct(&content(), &server), folder.path(), &content());
}

#[test]
fn a_file_in_the_folders_place_is_an_error() {
    let server = serve(|_, _| whole(&content()));
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("set");
    fs::write(&taken, b"").unwrap();
    let error = run(direct(&content(), &server), &taken).unwrap_err();
    assert!(matches!(error, FetchError::Io { .. }), "{error}");
}

#[test]
fn what_has_no_address_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let error = check_nothing_kept(find("nlsy79").unwrap(), folder.path());
    let text = error.to_string();
    assert!(text.contains("put nlsy79.csv into"), "{text}");
    let error = fetch(find("nlsy79").unwrap(), &Folders::default(), &mut |_| {}).unwrap_err();
    assert!(matches!(error, FetchError::NoFolder), "{error}");
}

#[test]
fn the_embedded_data_set_needs_no_fetching() {
    let folder = tempfile::tempdir().unwrap();
    let fetched = run(find("berkeley").unwrap(), folder.path()).unwrap();
    assert!(matches!(fetched[0].outcome, Outcome::Embedded));
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn hosts_are_what_stands_between_the_slashes() {
    assert_eq!(host("https://a.example/b/c"), "a.example");
    assert_eq!(host("nothing"), "nothing");
}

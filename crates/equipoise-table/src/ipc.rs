//! Arrow IPC: the stream format, and the file format, which is a stream between two magic numbers.
//!
//! Both are read message by message from front to back, so they may come through gzip. Of a file that lies there as it is, the
//! footer is looked at first: it says where the messages begin, which not every writer (Polars is one that does otherwise) puts
//! where the stream format has them. Each message is checked against what is really there before Arrow decodes it: a length that is a lie would otherwise be
//! allocated. Record batches are then decoded on any thread, with the needed columns alone.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::Path,
    sync::Arc,
};

use arrow::{
    array::ArrayRef,
    buffer::Buffer,
    datatypes::SchemaRef,
    error::ArrowError,
    ipc::{
        Message, MessageHeader, RecordBatch as Header,
        convert::fb_to_schema,
        reader::{read_dictionary, read_record_batch},
        root_as_footer, root_as_message,
    },
    record_batch::RecordBatch,
};

use crate::{
    error::{TableError, clipped},
    guard::guarded,
    plan::{Halt, Lanes, N_ROWS_MAX, Plan, Sink},
    values::{Target, append},
};

const MAGIC: &[u8; 6] = b"ARROW1";

/// The largest decompressed buffer, in bytes: a batch is bounded, or memory is not.
const BUFFER_MAX: i64 = 1 << 31;

type Dictionaries = HashMap<i64, ArrayRef>;

/// Reads the messages of a file.
pub(crate) struct Batches {
    reader: BufReader<Box<dyn Read + Send>>,
    /// The file format ends with a mark; a stream may simply stop.
    is_file: bool,
    /// Messages that are still to come, where a footer says so.
    left: Option<usize>,
    schema: SchemaRef,
    dictionaries: Arc<Dictionaries>,
    /// The number of the next row.
    row: u64,
}

/// A message: its metadata, checked, and its body.
struct Raw {
    metadata: Vec<u8>,
    body: Buffer,
}

/// A record batch that is not yet decoded, and the number of its first row.
pub(crate) struct Numbered {
    raw: Raw,
    schema: SchemaRef,
    dictionaries: Arc<Dictionaries>,
    first_row: u64,
}

/// What can be wrong, before the file is named.
enum Trouble {
    Io(io::Error),
    Bad(String),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<&str> for Trouble {
    fn from(detail: &str) -> Self {
        Self::Bad(detail.to_owned())
    }
}

impl From<ArrowError> for Trouble {
    fn from(error: ArrowError) -> Self {
        Self::Bad(detail_of(&error))
    }
}

impl Trouble {
    fn of(self, file: &Path) -> TableError {
        match self {
            Self::Io(error) => TableError::io(file, error),
            Self::Bad(detail) => {
                TableError::Malformed { file: file.to_owned(), format: "Arrow IPC", detail: clipped(&detail) }
            }
        }
    }
}

fn detail_of(error: &ArrowError) -> String {
    match error {
        ArrowError::IpcError(text) | ArrowError::ParseError(text) | ArrowError::SchemaError(text) => {
            text.clone()
        }
        ArrowError::ParquetError(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Returns the error of a file of some format that the Arrow reader refused.
pub(crate) fn malformed_as(file: &Path, format: &'static str, error: &ArrowError) -> TableError {
    TableError::Malformed { file: file.to_owned(), format, detail: clipped(&detail_of(error)) }
}

/// Runs one of Arrow's decoders.
fn decoded<T>(decode: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, Trouble> {
    Ok(guarded(decode).map_err(Trouble::Bad)??)
}

/// Opens a file and returns its schema.
pub(crate) fn open(file: &Path, reader: Box<dyn Read + Send>) -> Result<(SchemaRef, Batches), TableError> {
    try_open(file, reader)
        .map(|batches| (batches.schema.clone(), batches))
        .map_err(|trouble| trouble.of(file))
}

/// What the footer of a file says.
struct Footer {
    schema: SchemaRef,
    /// Where the first message with data begins, and how many there are.
    start: u64,
    n_messages: usize,
}

/// Reads the footer of a file that lies there uncompressed; `None` where there is none that can be read, and then the
/// stream between the magic numbers has to say it all.
fn footer(file: &Path) -> Option<Footer> {
    let mut file = File::open(file).ok().filter(|file| file.metadata().is_ok_and(|meta| meta.is_file()))?;
    let mut magic = [0; MAGIC.len()];
    file.read_exact(&mut magic).ok().filter(|()| magic == *MAGIC)?;
    let end = file.seek(SeekFrom::End(0)).ok()?;
    let tail = 4 + MAGIC.len() as u64;
    file.seek(SeekFrom::Start(end.checked_sub(tail)?)).ok()?;
    let mut length = [0; 4];
    file.read_exact(&mut length).ok()?;
    file.read_exact(&mut magic).ok().filter(|()| magic == *MAGIC)?;
    let length = u64::try_from(i32::from_le_bytes(length)).ok()?;
    file.seek(SeekFrom::Start(end.checked_sub(tail + length)?)).ok()?;
    let bytes = read_exactly(&mut file, length).ok()?;
    let footer = root_as_footer(&bytes).ok()?;
    let schema = footer.schema()?;
    let schema = decoded(|| Ok(Arc::new(fb_to_schema(schema)))).ok()?;
    let dictionaries = footer.dictionaries().iter().flatten().map(|block| block.offset()).collect::<Vec<_>>();
    let batches = footer.recordBatches().iter().flatten().map(|block| block.offset()).collect::<Vec<_>>();
    let first = dictionaries.iter().chain(&batches).min().copied();
    let start = u64::try_from(first.unwrap_or(0)).ok()?;
    Some(Footer { schema, start, n_messages: dictionaries.len() + batches.len() })
}

fn try_open(file: &Path, reader: Box<dyn Read + Send>) -> Result<Batches, Trouble> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let mut start = [0; 4];
    let n = read_up_to(&mut reader, &mut start)?;
    let is_file = start[..n] == MAGIC[..4];
    if is_file {
        let mut rest = [0; 4];
        read_up_to(&mut reader, &mut rest)?;
        if rest[..2] != MAGIC[4..] {
            return Err("it does not begin like one".into());
        }
        if let Some(Footer { schema, start, n_messages }) = footer(file) {
            // Eight bytes are read; nothing to skip in a file without data.
            io::copy(&mut (&mut reader).take(start.saturating_sub(8)), &mut io::sink())?;
            let left = Some(n_messages);
            return Ok(Batches { reader, is_file, left, schema, dictionaries: Arc::default(), row: 1 });
        }
        // Zeros align the first message, to 8 bytes by the specification, to 64 by arrow-rs.
        start = [0; 4];
        while start == [0; 4] && read_up_to(&mut reader, &mut start)? == 4 {}
    }
    let raw = read_message(&mut reader, start)?.ok_or("it has no schema")?;
    let message = raw.message()?;
    let schema = message.header_as_schema().ok_or("it does not begin with a schema")?;
    let schema = decoded(|| Ok(Arc::new(fb_to_schema(schema))))?;
    Ok(Batches { reader, is_file, left: None, schema, dictionaries: Arc::default(), row: 1 })
}

/// Reads until the buffer is full or the file ends; returns the number of bytes.
fn read_up_to(reader: &mut impl Read, buffer: &mut [u8]) -> Result<usize, io::Error> {
    let mut n = 0;
    while n < buffer.len() {
        match reader.read(&mut buffer[n..]) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(n)
}

/// Reads so many bytes; memory grows with what is there, not with what is said to be.
fn read_exactly(reader: &mut impl Read, length: u64) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::with_capacity(usize::try_from(length.min(1 << 24)).unwrap_or(0));
    reader.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err("it ends inside a message".into()) }
}

/// Reads the message whose first 4 bytes are known; `None` for the mark of the end.
fn read_message(reader: &mut impl Read, start: [u8; 4]) -> Result<Option<Raw>, Trouble> {
    let mut length = start;
    // Before Arrow 0.15 there was no continuation mark before the length.
    if length == [0xff; 4] && read_up_to(reader, &mut length)? < 4 {
        return Err("it ends inside a message".into());
    }
    let length = i32::from_le_bytes(length);
    if length == 0 {
        return Ok(None);
    }
    let length = u64::try_from(length).map_err(|_| "a message has a negative length")?;
    let metadata = read_exactly(reader, length)?;
    let message = parse(&metadata)?;
    let length = u64::try_from(message.bodyLength()).map_err(|_| "a message has a negative length")?;
    let raw = Raw { body: Buffer::from_vec(read_exactly(reader, length)?), metadata };
    raw.check()?;
    Ok(Some(raw))
}

fn parse(metadata: &[u8]) -> Result<Message<'_>, Trouble> {
    root_as_message(metadata).map_err(|_| "the metadata of a message is corrupt".into())
}

impl Raw {
    fn message(&self) -> Result<Message<'_>, Trouble> {
        parse(&self.metadata)
    }

    /// Returns the record batch of a record batch or dictionary.
    fn header(&self) -> Result<Option<Header<'_>>, Trouble> {
        let message = self.message()?;
        Ok(match message.header_type() {
            MessageHeader::DictionaryBatch => {
                message.header_as_dictionary_batch().and_then(|batch| batch.data())
            }
            _ => message.header_as_record_batch(),
        })
    }

    /// Checks that all buffers lie in the body, and that compressed ones do not claim to be huge.
    fn check(&self) -> Result<(), Trouble> {
        let Some(header) = self.header()? else { return Ok(()) };
        let is_compressed = header.compression().is_some();
        for buffer in header.buffers().iter().flatten() {
            let range = usize::try_from(buffer.offset()).ok().zip(usize::try_from(buffer.length()).ok());
            let range = range.and_then(|(start, length)| Some(start..start.checked_add(length)?));
            let bytes =
                range.and_then(|range| self.body.get(range)).ok_or("a buffer lies outside of its message")?;
            if is_compressed
                && let Some(length) = bytes.first_chunk()
                && i64::from_le_bytes(*length) > BUFFER_MAX
            {
                return Err("a compressed buffer claims to be of more than two gibibytes".into());
            }
        }
        Ok(())
    }
}

impl Batches {
    /// Returns the next record batch, `None` at the end.
    pub(crate) fn next(&mut self, file: &Path) -> Result<Option<Numbered>, TableError> {
        self.try_next().map_err(|trouble| trouble.of(file))
    }

    fn try_next(&mut self) -> Result<Option<Numbered>, Trouble> {
        loop {
            if self.left == Some(0) {
                return Ok(None);
            }
            let mut start = [0; 4];
            match read_up_to(&mut self.reader, &mut start)? {
                4 => {}
                0 if !self.is_file => return Ok(None),
                _ => return Err("it ends before its end mark".into()),
            }
            let Some(raw) = read_message(&mut self.reader, start)? else {
                // Zeros between messages that a footer announces are padding.
                if self.left.is_some() {
                    continue;
                }
                return Ok(None);
            };
            self.left = self.left.map(|left| left.saturating_sub(1));
            let message = raw.message()?;
            if let Some(batch) = message.header_as_dictionary_batch() {
                let dictionaries = Arc::make_mut(&mut self.dictionaries);
                decoded(|| {
                    read_dictionary(&raw.body, batch, &self.schema, dictionaries, &message.version())
                })?;
            } else if let Some(batch) = message.header_as_record_batch() {
                let n_rows = u64::try_from(batch.length()).map_err(|_| "a batch has a negative length")?;
                let first_row = self.row;
                self.row = first_row.checked_add(n_rows).ok_or("a batch has an impossible length")?;
                let (schema, dictionaries) = (self.schema.clone(), self.dictionaries.clone());
                return Ok(Some(Numbered { raw, schema, dictionaries, first_row }));
            } else {
                return Err("a message is neither a dictionary nor a batch".into());
            }
        }
    }
}

impl Numbered {
    /// Decodes some columns, in ascending order.
    fn columns(&self, projection: &[usize]) -> Result<RecordBatch, Trouble> {
        let message = self.raw.message()?;
        let batch = message.header_as_record_batch().ok_or("a message is no batch")?;
        let (body, version) = (&self.raw.body, message.version());
        decoded(|| {
            read_record_batch(
                body,
                batch,
                self.schema.clone(),
                &self.dictionaries,
                Some(projection),
                &version,
            )
        })
    }
}

/// Codes a record batch.
pub(crate) fn decode(
    numbered: &Numbered,
    plan: &Plan,
    lanes: &mut Lanes,
    sink: &mut Sink<'_>,
) -> Result<(), Halt> {
    let mut projection: Vec<usize> = plan.stored.iter().map(|stored| stored.column).collect();
    projection.sort_unstable();
    projection.dedup();
    let batch = numbered.columns(&projection).map_err(|trouble| trouble.of(&plan.file))?;
    for start in (0..batch.num_rows()).step_by(N_ROWS_MAX) {
        let n_rows = N_ROWS_MAX.min(batch.num_rows() - start);
        lanes.start_batch(plan);
        let first_row = numbered.first_row + start as u64;
        for (at, stored) in plan.stored.iter().enumerate() {
            let column = projection.partition_point(|&column| column < stored.column);
            let array = batch.column(column).slice(start, n_rows);
            let lane = &mut lanes.lanes[stored.request];
            let column = &mut lanes.columns[at];
            append(&array, Target { plan, stored: at, lane: &mut *lane, column: &mut *column, first_row })?;
            lane.end_column(column);
        }
        sink(n_rows, &mut lanes.columns, &|row| first_row + row as u64)?;
    }
    Ok(())
}

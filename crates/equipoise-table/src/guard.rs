//! Makes the panics of other libraries' decoders errors.
//!
//! `arrow` and `parquet` (59.3) panic on some corrupt metadata: an unknown unit of time, a buffer beyond its message,
//! a negative length of a column. Our own checks stand before them, but cannot foresee all. Nothing else is guarded:
//! a panic in the caller's step or in our own code is a fault of the program and goes on.

use std::{any::Any, cell::Cell, panic, sync::Once};

thread_local! {
    /// Whether a panic of this thread is about to be made an error.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a decoder; a panic becomes the text of an error, and its own report is suppressed on this thread.
pub(crate) fn guarded<T>(decode: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_GUARDED.get() {
                usual(info);
            }
        }));
    });
    IS_GUARDED.set(true);
    // Nothing that the closure changes is used after a panic: the pass ends with the error.
    let outcome = panic::catch_unwind(panic::AssertUnwindSafe(decode));
    IS_GUARDED.set(false);
    outcome.map_err(|panic| format!("it is corrupt ({})", text(panic.as_ref())))
}

fn text(panic: &(dyn Any + Send)) -> &str {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("no detail")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_text() {
        assert_eq!(guarded(|| 7), Ok(7));
        let empty: Vec<u8> = Vec::new();
        assert_eq!(
            guarded(|| empty[3]).unwrap_err(),
            "it is corrupt (index out of bounds: the len is 0 but the index is 3)"
        );
    }
}

//! The catalogue against itself and, where `EQUIPOISE_DATA` points to them, against the published files.

mod catalogue;
mod published;

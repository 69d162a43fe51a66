//! Which addresses have a host behind them.

#[cfg(target_os = "linux")]
pub mod link;
mod tcp;

//! Which addresses have a host behind them.

mod tcp;

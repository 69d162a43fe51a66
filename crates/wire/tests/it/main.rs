//! The decoders from outside: samples of real daemons, cut samples, arbitrary bytes.

#[cfg(test)]
mod arbitrary;
#[cfg(test)]
mod daemons;
#[cfg(test)]
mod databases;
#[cfg(test)]
mod datagrams;
#[cfg(test)]
mod descriptions;
#[cfg(test)]
mod frames;
#[cfg(test)]
mod names;
#[cfg(test)]
mod peers;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod truncated;
#[cfg(test)]
mod windows;

/// Every sample, by the name of its file.
macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../fixtures/", $name)).as_slice()
    };
}
pub(crate) use fixture;

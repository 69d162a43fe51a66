//! The decoders from outside: samples of real daemons, cut samples, arbitrary bytes.

#[cfg(test)]
mod arbitrary;
#[cfg(test)]
mod datagrams;
#[cfg(test)]
mod frames;
#[cfg(test)]
mod names;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod truncated;

/// Every sample, by the name of its file.
macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../fixtures/", $name)).as_slice()
    };
}
pub(crate) use fixture;

//! The gate and the connect scan against listeners on loopback: no privilege, no network.

#[cfg(test)]
mod descriptors;
#[cfg(test)]
mod discover;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod loopback;
#[cfg(test)]
mod ports;
#[cfg(test)]
mod services;

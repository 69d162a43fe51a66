//! The gate and the connect scan against listeners on loopback: no privilege, no network.

#[cfg(test)]
mod descriptors;
#[cfg(test)]
mod discover;
#[cfg(test)]
mod gate;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod half_open;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod link_sweep;
#[cfg(test)]
mod loopback;
#[cfg(test)]
mod names;
#[cfg(test)]
mod peers;
#[cfg(test)]
mod ports;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod services;
#[cfg(test)]
mod udp;

//! What devices say of themselves, from real daemons and from devices of the tests' own.

mod announced;
mod bench;
mod camera;
mod gateway;
mod printer;
mod real;
mod upnp;

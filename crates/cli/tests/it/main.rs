//! The real binary, from the command line to the last byte of its output.
//!
//! Tests that scan have an address of 127.0.0.0/8 to themselves, so that they see their own
//! listeners and no other test's. Nothing leaves the machine.

#[cfg(test)]
mod audit;
#[cfg(test)]
mod check;
#[cfg(test)]
mod consent;
#[cfg(test)]
mod criteria;
#[cfg(test)]
mod descriptors;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod grade;
#[cfg(test)]
mod half_open;
#[cfg(test)]
mod inspect;
#[cfg(test)]
mod inspection_file;
#[cfg(test)]
mod interrupt;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod lab;
#[cfg(test)]
mod papers;
#[cfg(test)]
mod resume;
#[cfg(test)]
mod scan;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod services;
#[cfg(test)]
mod support;
#[cfg(test)]
mod usage;

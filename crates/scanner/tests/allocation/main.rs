//! Proves that the engine takes no memory for a packet that it receives: a binary of its own,
//! because the allocator that counts serves all of it.

#[cfg(test)]
mod receiving;

/// Numbers that look random and follow from a seed (Marsaglia, "Xorshift RNGs", 2003).
#[derive(Debug)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        // Zero would stay zero.
        let mut state = self.0.max(1);
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.0 = state;
        u32::try_from(((state >> 32) * u64::from(bound)) >> 32).unwrap_or(0)
    }
}

//! The whole receive path against bytes that somebody chose.

use super::*;
use crate::device::hostile::HostileLan;
use crate::ports::syn::rehearsal::rehearse;
use crate::random::SplitMix;

#[test]
fn no_answer_makes_it_panic_go_on_for_ever_or_believe_what_it_did_not_ask() {
    let hosts = || {
        let v4 = Path { source: OWN_ADDRESS.into(), next_hop: HOST.into(), interface: 1 };
        vec![(permit(HOST, 3_600), v4)]
    };
    let mut frames = 0;
    for seed in 0..300 {
        let mut random = SplitMix(seed);
        let length = random.below(400);
        let choices: Vec<u8> = (0..length).map(|_| random.next().to_le_bytes()[0]).collect();
        let lan = Arc::new(HostileLan::new(&choices));
        let rate = NonZeroU32::new(300_000).unwrap();
        let seen = rehearse(lan.clone(), lan.clock(), (hosts(), 1..=64), rate).unwrap();
        for host in &seen {
            let asked = |port: &u16| lan.has_answered(host.address, *port);
            assert!(host.open.iter().all(asked), "{seed}: {seen:?}");
        }
        assert!(lan.clock().elapsed() < Duration::from_mins(10), "{seed}");
        frames += lan.answers();
    }
    assert!(frames > 10_000, "{frames}");
}

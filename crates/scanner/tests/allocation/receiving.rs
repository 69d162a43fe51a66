use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hoshimori_inspection::clock::{Clock, SystemClock};
use hoshimori_inspection::scope::{Authorization, Scope};
use hoshimori_scanner::device::{Device, Inbox, Link, Path, Received};
use hoshimori_scanner::gate::raw::Batch;
use hoshimori_scanner::ports::syn::rehearsal::rehearse;
use hoshimori_wire::link::ethernet::MacAddress;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is handed on to the system's allocator as it came; counting takes no memory.
#[expect(unsafe_code, reason = "an allocator that counts can be had in no other way")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps to the contract of this very function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: `place` came from `alloc` above, and so from the system's allocator.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const HOST: Ipv4Addr = Ipv4Addr::new(10, 87, 0, 10);
const OWN: Ipv4Addr = Ipv4Addr::new(10, 87, 0, 1);

/// Refuses every SYN at once, and answers ARP; takes no memory after it was made.
struct Refusing {
    link: Link,
    clock: Arc<dyn Clock>,
    answers: Mutex<VecDeque<Received>>,
}

impl Device for Refusing {
    fn link(&self) -> &Link {
        &self.link
    }

    fn send(&self, batch: &Batch) -> io::Result<usize> {
        let mut answers = self.answers.lock().unwrap();
        let mut count = 0;
        for frame in batch.frames() {
            count += 1;
            let mut answer = [0; 54];
            if frame[12..14] == [8, 6] {
                answer[..42].copy_from_slice(&frame[..42]);
                answer[21] = 2;
                answer[22..28].copy_from_slice(&[2, 0, 0, 0, 0, 10]);
                answer[28..32].copy_from_slice(&HOST.octets());
            } else if frame[23] != 6 {
                continue;
            } else {
                answer.copy_from_slice(&frame[..54]);
                // No options, total length 40.
                answer[16..18].copy_from_slice(&[0, 40]);
                answer[26..30].copy_from_slice(&HOST.octets());
                answer[34..36].copy_from_slice(&frame[36..38]);
                answer[36..38].copy_from_slice(&frame[34..36]);
                let sequence = u32::from_be_bytes(frame[38..42].try_into().unwrap());
                answer[42..46].copy_from_slice(&sequence.wrapping_add(1).to_be_bytes());
                answer[46..48].copy_from_slice(&[0x50, 0x14]);
            }
            if answers.len() < answers.capacity() {
                answers.push_back(Received::new(&answer, self.clock.elapsed()));
            }
        }
        Ok(count)
    }

    fn receive(&self, inbox: &mut Inbox, _wait: Duration) -> io::Result<()> {
        let mut answers = self.answers.lock().unwrap();
        while inbox.room() > 0
            && let Some(answer) = answers.pop_front()
        {
            inbox.push(answer);
        }
        Ok(())
    }

    fn dropped(&self) -> io::Result<u64> {
        Ok(0)
    }
}

#[test]
fn receiving_takes_no_memory_per_packet() {
    let clock = Arc::new(SystemClock::start());
    let now = clock.now();
    let scope = Scope::new(Authorization {
        granted_by: "the tests".into(),
        valid_from: now,
        valid_until: now + jiff::SignedDuration::from_hours(1),
        networks: vec!["10.87.0.0/24".parse().unwrap()],
        exclude: vec![],
        state_changing_probes: false,
        default_credentials: false,
    });
    let permit = scope.permit(HOST.into(), now).unwrap();
    let path = Path { source: OWN.into(), next_hop: IpAddr::V4(HOST), interface: 1 };
    let station = MacAddress([2, 0, 0, 0, 0, 1]);
    let device = Refusing {
        link: Link { name: "test".into(), index: 1, station, mtu: 1_500 },
        clock: clock.clone(),
        answers: Mutex::new(VecDeque::with_capacity(65_536)),
    };
    let rate = NonZeroU32::new(300_000).unwrap();
    let before = ALLOCATIONS.get();
    let seen = rehearse(device, clock, (vec![(permit, path)], 1..=u16::MAX), rate).unwrap();
    let allocations = ALLOCATIONS.get() - before;
    assert!(seen[0].received >= 65_535, "{seen:?}");
    // The tables of the host and, every 328 ports, the few spans of a checkpoint.
    assert!(allocations < seen[0].received / 50, "{allocations} of {}", seen[0].received);
}

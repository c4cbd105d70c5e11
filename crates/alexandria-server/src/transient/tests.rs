//! One suite for every implementation, the failure of Redis, and the arithmetic of rate limits.

use std::sync::Arc;
use std::time::Duration;

use alexandria_tests_skip::{Requirement, skip};

use super::gcra::decide;
use super::*;
use crate::clock::ManualClock;
use crate::testing::RedisProcess;

const MINUTE: Duration = Duration::from_secs(60);

/// A time that is nowhere near the beginning.
const NOW: i64 = 1_800_000_000_000;

async fn values_are_taken_once_and_expire(transient: &dyn Transient, clock: &ManualClock) {
    let space = Space::SessionNonce;
    assert_eq!(transient.take(space, b"a").await.unwrap(), None);
    assert!(transient.put(space, b"a", b"\x00binary\xff", MINUTE).await.unwrap());
    assert!(!transient.put(space, b"a", b"other", MINUTE).await.unwrap(), "there is one already");
    assert!(transient.put(Space::Ticket, b"a", b"ticket", MINUTE).await.unwrap(), "spaces are separate");
    assert_eq!(transient.get(space, b"a").await.unwrap().as_deref(), Some(b"\x00binary\xff".as_slice()));
    assert_eq!(transient.take(space, b"a").await.unwrap().as_deref(), Some(b"\x00binary\xff".as_slice()));
    assert_eq!(transient.take(space, b"a").await.unwrap(), None, "single use");
    assert_eq!(transient.get(Space::Ticket, b"a").await.unwrap().as_deref(), Some(b"ticket".as_slice()));

    assert!(transient.put(space, b"b", b"", MINUTE).await.unwrap());
    clock.advance(59_999);
    assert_eq!(transient.get(space, b"b").await.unwrap().as_deref(), Some(b"".as_slice()));
    clock.advance(1);
    assert_eq!(transient.get(space, b"b").await.unwrap(), None);
    assert_eq!(transient.take(space, b"b").await.unwrap(), None);
    assert!(transient.put(space, b"b", b"again", MINUTE).await.unwrap(), "an expired value does not block");
    clock.advance(60_000);
    assert!(!transient.replace(space, b"b", b"again", b"x").await.unwrap(), "nor can it be replaced");
}

async fn replacing_needs_the_current_value(transient: &dyn Transient, clock: &ManualClock) {
    let space = Space::Enrolment;
    assert!(!transient.replace(space, b"m", b"", b"1").await.unwrap(), "nothing to replace");
    assert!(transient.put(space, b"m", b"1", MINUTE).await.unwrap());
    assert!(!transient.replace(space, b"m", b"0", b"2").await.unwrap());
    assert!(transient.replace(space, b"m", b"1", b"2").await.unwrap());
    assert_eq!(transient.get(space, b"m").await.unwrap().as_deref(), Some(b"2".as_slice()));
    clock.advance(60_000);
    assert_eq!(transient.get(space, b"m").await.unwrap(), None, "replacing does not prolong");
}

async fn rates_allow_bursts_and_refill(transient: &dyn Transient, clock: &ManualClock) {
    let rate = Rate::per(5, MINUTE);
    for _ in 0..5 {
        assert_eq!(transient.acquire("r", rate, 1).await.unwrap(), Decision::Allowed);
    }
    assert_eq!(transient.acquire("r", rate, 1).await.unwrap(), Decision::Denied { retry_after_ms: 12_000 });
    assert_eq!(transient.acquire("other", rate, 1).await.unwrap(), Decision::Allowed, "buckets are separate");
    clock.advance(11_999);
    assert_eq!(transient.acquire("r", rate, 1).await.unwrap(), Decision::Denied { retry_after_ms: 1 });
    clock.advance(1);
    assert_eq!(transient.acquire("r", rate, 1).await.unwrap(), Decision::Allowed);
    assert_eq!(transient.acquire("r", rate, 1).await.unwrap(), Decision::Denied { retry_after_ms: 12_000 });
    assert_eq!(transient.acquire("other", rate, 6).await.unwrap(), Decision::Denied { retry_after_ms: 12_000 });
    // A clock that was set back locks nobody out for longer than a full allowance takes.
    clock.advance(-3_600_000);
    let Decision::Denied { retry_after_ms } = transient.acquire("r", rate, 1).await.unwrap() else { panic!("allowed") };
    assert!(retry_after_ms <= 60_000, "{retry_after_ms}");
    clock.advance(3_600_000);
}

/// Of many who take one value, one gets it; of many who use an allowance, as many as there is.
async fn simultaneous_calls_share(transient: &dyn Transient) {
    transient.put(Space::Ticket, b"shared", b"x", MINUTE).await.unwrap();
    let takes = (0..32).map(|_| transient.take(Space::Ticket, b"shared"));
    let taken = futures::future::join_all(takes).await;
    assert_eq!(taken.into_iter().filter(|value| value.as_ref().unwrap().is_some()).count(), 1);
    let rate = Rate::per(7, MINUTE);
    let decisions = futures::future::join_all((0..32).map(|_| transient.acquire("shared", rate, 1))).await;
    let allowed = decisions.into_iter().filter(|decision| *decision.as_ref().unwrap() == Decision::Allowed);
    assert_eq!(allowed.count(), 7);
}

async fn wake_ups_reach_their_topic_only(sender: &dyn Transient, receiver: &dyn Transient) {
    let [mut woken, asleep, mut enrolment] =
        [Topic::Account([1; 16]), Topic::Account([2; 16]), Topic::Enrolment([1; 16])]
            .map(|topic| receiver.subscribe(topic));
    sender.wake(Topic::Account([1; 16])).await;
    woken.changed().await.unwrap();
    assert!(!asleep.has_changed().unwrap() && !enrolment.has_changed().unwrap());
    sender.wake(Topic::Enrolment([1; 16])).await;
    enrolment.changed().await.unwrap();
}

async fn conforms(transient: &dyn Transient, clock: &ManualClock) {
    transient.check().await.unwrap();
    values_are_taken_once_and_expire(transient, clock).await;
    replacing_needs_the_current_value(transient, clock).await;
    rates_allow_bursts_and_refill(transient, clock).await;
    simultaneous_calls_share(transient).await;
    wake_ups_reach_their_topic_only(transient, transient).await;
}

fn memory(clock: &ManualClock) -> MemoryTransient {
    MemoryTransient::new(Arc::new(clock.clone()))
}

#[tokio::test]
async fn memory_conforms() {
    let clock = ManualClock::new(NOW);
    conforms(&memory(&clock), &clock).await;
}

#[tokio::test]
async fn redis_conforms() {
    let Some(process) = RedisProcess::start() else {
        return skip(Requirement::Redis, "redis-server is not installed");
    };
    let clock = ManualClock::new(NOW);
    let redis = RedisTransient::new(&process.url(), Arc::new(clock.clone())).unwrap();
    conforms(&redis, &clock).await;
    let local = memory(&clock);
    let other_clock = ManualClock::new(NOW + 10_000_000);
    let process = RedisProcess::start().unwrap();
    let redis = RedisTransient::new(&process.url(), Arc::new(other_clock.clone())).unwrap();
    drop(local);
    let fallback = FallbackTransient::new(redis, memory(&other_clock));
    conforms(&fallback, &other_clock).await;
}

#[tokio::test]
async fn wake_ups_cross_processes_through_redis() {
    let Some(process) = RedisProcess::start() else {
        return skip(Requirement::Redis, "redis-server is not installed");
    };
    let clock = Arc::new(ManualClock::new(NOW));
    let one = RedisTransient::new(&process.url(), Arc::<ManualClock>::clone(&clock)).unwrap();
    let other = RedisTransient::new(&process.url(), clock).unwrap();
    // Connected once everybody has been woken: what came before may have been missed.
    let mut connected = other.subscribe(Topic::Account([9; 16]));
    connected.changed().await.unwrap();
    wake_ups_reach_their_topic_only(&one, &other).await;
}

/// Row 22 of the traps of sync: Redis is killed, and every limit still holds.
#[tokio::test]
async fn limits_hold_when_redis_is_killed() {
    let Some(mut process) = RedisProcess::start() else {
        return skip(Requirement::Redis, "redis-server is not installed");
    };
    let clock = ManualClock::new(NOW);
    let redis = RedisTransient::new(&process.url(), Arc::new(clock.clone())).unwrap();
    let fallback = FallbackTransient::new(redis, memory(&clock));
    let rate = Rate::per(5, MINUTE);
    assert_eq!(fallback.acquire("login", rate, 1).await.unwrap(), Decision::Allowed);
    fallback.put(Space::Ticket, b"before", b"x", MINUTE).await.unwrap();

    process.kill();
    let mut allowed = 0;
    for _ in 0..20 {
        if fallback.acquire("login", rate, 1).await.unwrap() == Decision::Allowed {
            allowed += 1;
        }
    }
    assert_eq!(allowed, 5, "this process counts for itself");
    assert!(fallback.check().await.is_err(), "and says that it does");
    assert_eq!(fallback.take(Space::Ticket, b"before").await.unwrap(), None, "what was in Redis is lost");
    assert!(fallback.put(Space::Ticket, b"during", b"y", MINUTE).await.unwrap());
    let mut waiting = fallback.subscribe(Topic::Account([1; 16]));
    fallback.wake(Topic::Account([1; 16])).await;
    waiting.changed().await.unwrap();

    process.restart();
    while fallback.check().await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(fallback.take(Space::Ticket, b"during").await.unwrap().as_deref(), Some(b"y".as_slice()));
    assert_eq!(fallback.take(Space::Ticket, b"during").await.unwrap(), None);
}

#[tokio::test]
async fn full_memory_refuses_and_never_allows() {
    let clock = ManualClock::new(NOW);
    let transient = MemoryTransient::with_limit(Arc::new(clock.clone()), 2);
    let rate = Rate::per(1, MINUTE);
    for id in ["a", "b"] {
        assert!(transient.put(Space::Ticket, id.as_bytes(), b"", MINUTE).await.unwrap());
        assert_eq!(transient.acquire(id, rate, 1).await.unwrap(), Decision::Allowed);
    }
    let full = |outcome: Result<(), TransientError>| matches!(outcome, Err(TransientError::Full { limit: 2 }));
    assert!(full(transient.put(Space::Ticket, b"c", b"", MINUTE).await.map(drop)));
    assert!(full(transient.acquire("c", rate, 1).await.map(drop)));
    clock.advance(60_000);
    assert!(transient.put(Space::Ticket, b"c", b"", MINUTE).await.unwrap(), "what has expired makes room");
    assert_eq!(transient.acquire("c", rate, 1).await.unwrap(), Decision::Allowed);
}

#[test]
fn rates_are_read_from_counts_and_periods() {
    let check = |count, period, burst, interval_ms, full_after_ms| {
        let rate = Rate::with_burst(count, period, burst);
        assert_eq!((rate.interval_ms, rate.full_after_ms()), (interval_ms, full_after_ms), "{count} {period:?}");
    };
    check(10, Duration::from_secs(1), 200, 100, 20_000);
    check(5, MINUTE, 5, 12_000, 60_000);
    check(5000, Duration::from_secs(1), 1, 1, 1);
    check(0, Duration::from_secs(1), 0, 1000, 1000);
    check(1, Duration::from_secs(u64::MAX), 1, u32::MAX, i64::from(u32::MAX));
}

proptest::proptest! {
    /// In any window, no more is allowed than the burst and what the window grants again.
    #[test]
    fn rate_is_never_exceeded(
        burst in 1_u32..20,
        interval_ms in 1_u32..1000,
        steps in proptest::collection::vec(0_i64..2000, 1..200),
    ) {
        let rate = Rate { burst, interval_ms };
        let (mut now, mut stored, mut allowed) = (NOW, 0, 0_i64);
        for step in steps {
            now += step;
            let (decision, next) = decide(rate, 1, stored, now);
            stored = next;
            if decision == Decision::Allowed {
                allowed += 1;
            }
            let granted = i64::from(burst) + (now - NOW) / i64::from(interval_ms);
            proptest::prop_assert!(allowed <= granted, "{allowed} > {granted}");
        }
    }
}

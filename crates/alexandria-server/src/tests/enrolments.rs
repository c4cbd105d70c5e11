//! The mailbox of an enrolment: steps in order, each once, for ten minutes, within the account.

use alexandria_protocol::api::auth::SignedIn;
use alexandria_protocol::api::devices::Devices;
use alexandria_protocol::api::enrolments::{
    EnrolmentAnswer, EnrolmentOffer, EnrolmentReveal, EnrolmentSeal, EnrolmentState, Enrolments,
};
use alexandria_protocol::devices::{DeviceChange, NewDevice, SealingPublicKey};
use alexandria_protocol::enrolment::{AnswerNonce, EnrolmentKeys, Opening};
use alexandria_protocol::ids::EnrolmentId;
use alexandria_protocol::limits::Limits;
use alexandria_protocol::problem::ProblemCode;

use super::client::{Answer, Client, PASSWORD, random};
use super::harness::{Options, TestServer, on_every_stack};

/// A new device and an old one, and what they say.
struct Pair {
    old: Client,
    new: Client,
    id: EnrolmentId,
    keys: EnrolmentKeys,
    opening: Opening,
}

impl Pair {
    async fn start(server: &std::sync::Arc<TestServer>) -> Self {
        let old = Client::registered(server, "ada@example.org").await;
        let mut new = Client::new(server, "ada@example.org");
        new.sign_in(PASSWORD).await.json::<SignedIn>();
        let sealing_key = SealingPublicKey::from_bytes(random());
        let keys = EnrolmentKeys { signing_key: new.key.public_key(), sealing_key };
        Self { old, new, id: EnrolmentId::from_bytes(random()), keys, opening: Opening::from_bytes(random()) }
    }

    fn offer(&self) -> EnrolmentOffer {
        EnrolmentOffer { device: self.new.device, commitment: self.keys.commit(self.id, &self.opening) }
    }

    async fn put(&self, offer: &EnrolmentOffer) -> Answer {
        self.new.put(&format!("enrolments/{}", self.id), offer).await
    }

    fn answer(&self) -> EnrolmentAnswer {
        let sealing_key = SealingPublicKey::from_bytes([9; 32]);
        let keys = EnrolmentKeys { signing_key: self.old.key.public_key(), sealing_key };
        EnrolmentAnswer { device: self.old.device, keys, nonce: AnswerNonce::from_bytes([5; 32]) }
    }

    fn reveal(&self) -> EnrolmentReveal {
        EnrolmentReveal { keys: self.keys, opening: self.opening, label: b"sealed".as_slice().into() }
    }

    fn seal(&self) -> EnrolmentSeal {
        let device = NewDevice {
            device: self.new.device,
            signing_key: self.keys.signing_key,
            sealing_key: self.keys.sealing_key,
            label: b"sealed".as_slice().into(),
        };
        let entry = self.old.statement(DeviceChange::Add { device }).sign(&self.old.key);
        EnrolmentSeal { entry, sealed: vec![1; 900].into() }
    }

    fn path(&self, step: &str) -> String {
        format!("enrolments/{}/{step}", self.id)
    }
}

#[tokio::test]
async fn steps_out_of_order_are_refused_and_in_order_admit_the_device() {
    on_every_stack(Options::default(), |server| async move {
        let mut pair = Pair::start(&server).await;
        let (answer, reveal, seal) = (pair.answer(), pair.reveal(), pair.seal());
        pair.old.post(&pair.path("answer"), &answer).await.refused(&ProblemCode::EnrolmentEnded);
        pair.put(&pair.offer()).await.json::<EnrolmentState>();
        pair.put(&pair.offer()).await.json::<EnrolmentState>();
        pair.new.post(&pair.path("reveal"), &reveal).await.refused(&ProblemCode::EnrolmentState);
        pair.old.post(&pair.path("seal"), &seal).await.refused(&ProblemCode::EnrolmentState);
        let waiting: Enrolments = pair.old.get("enrolments").await.json();
        assert_eq!(waiting.enrolments.len(), 1);
        // The old device speaks in its own name, and only it does.
        let in_another_name = EnrolmentAnswer { device: pair.new.device, ..answer };
        pair.old.post(&pair.path("answer"), &in_another_name).await.refused(&ProblemCode::Invalid);
        pair.new.post(&pair.path("answer"), &answer).await.refused(&ProblemCode::Unauthenticated);
        pair.old.post(&pair.path("answer"), &answer).await.json::<EnrolmentState>();
        // One try: another message under the same number is refused, the same is done.
        let another = EnrolmentAnswer { nonce: AnswerNonce::from_bytes([6; 32]), ..answer };
        pair.old.post(&pair.path("answer"), &another).await.refused(&ProblemCode::EnrolmentState);
        pair.old.post(&pair.path("answer"), &answer).await.json::<EnrolmentState>();
        let long = EnrolmentReveal { label: vec![0; 1025].into(), ..reveal.clone() };
        pair.new.post(&pair.path("reveal"), &long).await.refused(&ProblemCode::TooLarge);
        pair.new.post(&pair.path("reveal"), &reveal).await.json::<EnrolmentState>();
        let long = EnrolmentSeal { sealed: vec![0; 1025].into(), ..seal.clone() };
        pair.old.post(&pair.path("seal"), &long).await.refused(&ProblemCode::TooLarge);
        let forged = EnrolmentSeal {
            entry: pair.old.statement(seal.entry.statement.change.clone()).sign(&pair.new.key),
            ..seal.clone()
        };
        pair.old.post(&pair.path("seal"), &forged).await.refused(&ProblemCode::DeviceEntryRejected);
        assert_eq!(pair.old.get("devices").await.json::<Devices>().log.len(), 1);
        let state: EnrolmentState = pair.old.post(&pair.path("seal"), &seal).await.json();
        assert_eq!((state.steps, state.seal.as_ref()), (4, Some(&seal)));
        pair.old.post(&pair.path("seal"), &seal).await.json::<EnrolmentState>();
        // What was relayed is what was sent, and the device can open a session.
        let state: EnrolmentState = pair.new.get(&format!("enrolments/{}", pair.id)).await.json();
        assert_eq!((state.answer, state.reveal, state.seal), (Some(answer), Some(reveal), Some(seal)));
        pair.new.open_session().await;
        pair.new.delete(&format!("enrolments/{}", pair.id)).await.refused(&ProblemCode::EnrolmentState);
        assert!(pair.old.get("enrolments").await.json::<Enrolments>().enrolments.is_empty());
    })
    .await;
}

#[tokio::test]
async fn enrolment_ends_by_time_and_by_either_device() {
    on_every_stack(Options::default(), |server| async move {
        let pair = Pair::start(&server).await;
        let state: EnrolmentState = pair.put(&pair.offer()).await.json();
        assert_eq!(state.expires_in_seconds, 600);
        pair.old.delete(&format!("enrolments/{}", pair.id)).await.done();
        pair.old.delete(&format!("enrolments/{}", pair.id)).await.done();
        pair.old.post(&pair.path("answer"), &pair.answer()).await.refused(&ProblemCode::EnrolmentEnded);
        assert!(pair.new.get(&format!("enrolments/{}", pair.id)).await.json::<EnrolmentState>().is_cancelled);
        let late = Pair { id: EnrolmentId::from_bytes(random()), ..pair };
        late.put(&late.offer()).await.json::<EnrolmentState>();
        server.clock.advance(600_001);
        let mut old = late.old.clone();
        old.open_session().await;
        old.post(&late.path("answer"), &late.answer()).await.refused(&ProblemCode::EnrolmentEnded);
    })
    .await;
}

#[tokio::test]
async fn waiting_for_a_step_ends_with_it() {
    on_every_stack(Options::default(), |server| async move {
        let pair = Pair::start(&server).await;
        pair.put(&pair.offer()).await.json::<EnrolmentState>();
        let waiting = tokio::spawn({
            let (new, path) = (pair.new.clone(), format!("enrolments/{}?after=1&wait=50", pair.id));
            async move { new.get(&path).await }
        });
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert!(!waiting.is_finished());
        pair.old.post(&pair.path("answer"), &pair.answer()).await.json::<EnrolmentState>();
        assert_eq!(waiting.await.unwrap().json::<EnrolmentState>().steps, 2);
    })
    .await;
}

#[tokio::test]
async fn enrolments_are_limited_and_belong_to_one_account() {
    let limits = Limits { enrolments_per_hour: 3, ..Options::default().limits };
    on_every_stack(Options { limits, ..Options::default() }, |server| async move {
        let mut pair = Pair::start(&server).await;
        let mut stranger = Client::registered(&server, "eve@example.org").await;
        stranger.sign_in(PASSWORD).await.json::<SignedIn>();
        pair.put(&pair.offer()).await.json::<EnrolmentState>();
        stranger.get(&format!("enrolments/{}", pair.id)).await.refused(&ProblemCode::EnrolmentEnded);
        stranger.delete(&format!("enrolments/{}", pair.id)).await.refused(&ProblemCode::EnrolmentEnded);
        assert!(stranger.get("enrolments").await.json::<Enrolments>().enrolments.is_empty());
        for _ in 0..2 {
            pair.id = EnrolmentId::from_bytes(random());
            pair.put(&pair.offer()).await.json::<EnrolmentState>();
        }
        pair.id = EnrolmentId::from_bytes(random());
        pair.put(&pair.offer()).await.refused(&ProblemCode::EnrolmentLimit);
    })
    .await;
}

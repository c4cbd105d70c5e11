//! A small client: one device of one account, with what it needs to be honest and to lie.

use std::sync::Arc;

use alexandria_protocol::api::auth::{
    KsfParameters, LoginFinish, LoginStart, LoginStarted, RegisterFinish, RegisterStart, RegistrationStarted, SignedIn,
};
use alexandria_protocol::api::keys::{KeyBundle, RecoveryVerifier};
use alexandria_protocol::api::sessions::{NonceIssued, NonceRequest, SessionCreated, SessionRequest};
use alexandria_protocol::devices::{
    DeviceChange, DeviceEntry, DeviceEntryHash, DeviceLogEnd, DeviceStatement, Issuer, NewDevice, SealingPublicKey,
};
use alexandria_protocol::frame::chain::ChainEnd;
use alexandria_protocol::frame::{Frame, FrameHeader};
use alexandria_protocol::headers;
use alexandria_protocol::ids::{AccountId, DeviceId, StreamId};
use alexandria_protocol::problem::{Problem, ProblemCode};
use alexandria_protocol::proof::{DeviceProof, Nonce, Purpose};
use alexandria_protocol::secret::{RecoveryProof, Ticket};
use alexandria_protocol::signature::DeviceSigningKey;
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::harness::{START_MS, TestServer};
use super::opaque::{Registration, SignIn};

pub(crate) const PASSWORD: &str = "correct horse battery staple";

const KSF: KsfParameters = KsfParameters { memory_kib: 64 * 1024, passes: 3, lanes: 1 };

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Asserts success without an answer.
    #[track_caller]
    pub(crate) fn done(&self) {
        assert_eq!(self.status, 204, "{}", String::from_utf8_lossy(&self.body));
    }

    /// Asserts a refusal, whose document has the code's status.
    #[track_caller]
    pub(crate) fn refused(&self, code: &ProblemCode) -> Problem {
        let text = String::from_utf8_lossy(&self.body);
        let problem: Problem = serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}: {text}", self.status));
        assert_eq!(problem.code, *code, "{text}");
        assert_eq!((self.status, problem.status), (code.status(), code.status()));
        assert_eq!(self.headers.get("content-type").unwrap(), headers::PROBLEM);
        problem
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// A device. Many fields: what an honest client keeps in several places, each of which a test replaces to lie.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) server: Arc<TestServer>,
    http: reqwest::Client,
    pub(crate) name: String,
    pub(crate) account: AccountId,
    pub(crate) device: DeviceId,
    pub(crate) key: DeviceSigningKey,
    pub(crate) account_key: DeviceSigningKey,
    pub(crate) token: Option<String>,
    pub(crate) ticket: Option<Ticket>,
    pub(crate) chain: ChainEnd,
    pub(crate) log: DeviceLogEnd,
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    crate::random::bytes().unwrap()
}

impl Client {
    /// A device that the server does not know.
    pub(crate) fn new(server: &Arc<TestServer>, name: &str) -> Self {
        Self {
            server: Arc::clone(server),
            // The system's certificates would be read for each client, and nothing here is encrypted.
            http: reqwest::Client::builder().no_proxy().tls_built_in_root_certs(false).build().unwrap(),
            name: name.to_owned(),
            account: AccountId::from_bytes(random()),
            device: DeviceId::from_bytes(random()),
            key: DeviceSigningKey::from_seed(&random()),
            account_key: DeviceSigningKey::from_seed(&random()),
            token: None,
            ticket: None,
            chain: ChainEnd::START,
            log: DeviceLogEnd { number: 0, hash: DeviceEntryHash::NONE },
        }
    }

    /// A registered account with a session.
    pub(crate) async fn registered(server: &Arc<TestServer>, name: &str) -> Self {
        let mut client = Self::new(server, name);
        client.register().await.done();
        client.open_session().await;
        client
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let mut request = self.http.request(method, format!("{}/v1/{path}", self.server.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(ticket) = &self.ticket {
            request = request.header(headers::TICKET, ticket.expose_text().as_str());
        }
        request
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        assert_eq!(headers.get(headers::SERVER).unwrap(), headers::SERVER_VALUE);
        Answer { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn json(&self, method: Method, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.with_json(self.request(method, path), body)).await
    }

    pub(crate) fn with_json(&self, request: reqwest::RequestBuilder, body: &impl Serialize) -> reqwest::RequestBuilder {
        request.header("content-type", headers::JSON).body(serde_json::to_vec(body).unwrap())
    }

    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.json(Method::POST, path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        self.json(Method::PUT, path, body).await
    }

    pub(crate) async fn post_empty(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    /// The statement that creates the account with this device.
    pub(crate) fn creation(&self) -> DeviceEntry {
        let account_key = self.account_key.public_key();
        self.statement(DeviceChange::Create { device: self.new_device(), account_key }).sign(&self.key)
    }

    pub(crate) fn new_device(&self) -> NewDevice {
        NewDevice {
            device: self.device,
            signing_key: self.key.public_key(),
            sealing_key: SealingPublicKey::from_bytes(random()),
            label: b"sealed name of a device".as_slice().into(),
        }
    }

    /// A statement of this device that continues the log as this client knows it.
    pub(crate) fn statement(&self, change: DeviceChange) -> DeviceStatement {
        DeviceStatement {
            account: self.account,
            number: self.log.number + 1,
            previous: self.log.hash,
            at_ms: u64::try_from(START_MS).unwrap(),
            issuer: Issuer::Device { device: self.device },
            change,
        }
    }

    pub(crate) fn bundle(content: &[u8]) -> KeyBundle {
        KeyBundle { suite: 1, bundle: content.into(), grants: Vec::new() }
    }

    pub(crate) fn recovery_proof(&self) -> RecoveryProof {
        RecoveryProof::from_bytes(*blake3::hash(self.name.as_bytes()).as_bytes())
    }

    pub(crate) async fn register(&mut self) -> Answer {
        let registration = Registration::start(PASSWORD);
        let start = RegisterStart {
            name: self.name.clone(),
            request: registration.request.clone().into(),
            invitation: None,
            email_code: None,
        };
        let answer = self.post("auth/register/start", &start).await;
        if answer.status != 200 {
            return answer;
        }
        let started: RegistrationStarted = answer.json();
        self.finish_registration(registration, &started).await
    }

    pub(crate) async fn finish_registration(
        &mut self,
        registration: Registration,
        started: &RegistrationStarted,
    ) -> Answer {
        let entry = self.creation();
        let finish = RegisterFinish {
            attempt: started.attempt,
            account: self.account,
            upload: registration.finish(PASSWORD, started.response.as_slice()).into(),
            ksf: KSF,
            keys: Self::bundle(b"sealed keys"),
            recovery: RecoveryVerifier::from_bytes(self.recovery_proof().digest()),
            device: entry.clone(),
        };
        let answer = self.post("auth/register/finish", &finish).await;
        if answer.status == 204 {
            self.log = DeviceLogEnd { number: 1, hash: entry.hash() };
        }
        answer
    }

    /// Signs in; the ticket is stored if it comes.
    pub(crate) async fn sign_in(&mut self, password: &str) -> Answer {
        let login = SignIn::start(password);
        let start = LoginStart { name: self.name.clone(), request: login.request.clone().into() };
        let started: LoginStarted = self.post("auth/login/start", &start).await.json();
        assert_eq!(started.ksf, KSF);
        // A client that does not know the password sends something, too.
        let finalization = login.finish(password, started.response.as_slice()).unwrap_or_else(|| vec![7; 64]);
        let finish = LoginFinish { attempt: started.attempt, finalization: finalization.into() };
        let answer = self.post("auth/login/finish", &finish).await;
        if answer.status == 200 {
            let signed_in: SignedIn = answer.json();
            self.account = signed_in.account;
            self.ticket = Some(signed_in.ticket);
        }
        answer
    }

    pub(crate) async fn nonce(&self) -> Nonce {
        let request = NonceRequest { account: self.account, device: self.device };
        self.post("sessions/nonce", &request).await.json::<NonceIssued>().nonce
    }

    pub(crate) fn proof(&self, purpose: Purpose, nonce: Nonce) -> SessionRequest {
        let proof =
            DeviceProof { purpose, origin: &self.server.url, account: self.account, device: self.device, nonce };
        SessionRequest { account: self.account, device: self.device, nonce, signature: proof.sign(&self.key) }
    }

    pub(crate) async fn try_session(&self) -> Answer {
        let nonce = self.nonce().await;
        self.post("sessions", &self.proof(Purpose::Session, nonce)).await
    }

    pub(crate) async fn open_session(&mut self) {
        let created: SessionCreated = self.try_session().await.json();
        self.token = Some(created.token.expose_text().to_string());
    }

    pub(crate) fn header(&self) -> FrameHeader {
        FrameHeader {
            account: self.account,
            device: self.device,
            stream: StreamId::LIBRARY,
            seq: self.chain.seq + 1,
            hlc: u64::try_from(START_MS).unwrap() << 16,
            key_epoch: 1,
            previous: self.chain.hash,
        }
    }

    /// The next record of this device's chain.
    pub(crate) fn record(&mut self, sealed: &[u8]) -> Frame {
        let frame = Frame::sign(self.header(), sealed, &self.key).unwrap();
        self.chain = ChainEnd::of(&frame);
        frame
    }

    pub(crate) async fn push(&self, frames: &[Frame]) -> Answer {
        let body: Vec<u8> = frames.iter().flat_map(|frame| frame.as_bytes().to_vec()).collect();
        self.push_bytes(body).await
    }

    pub(crate) async fn push_bytes(&self, body: Vec<u8>) -> Answer {
        let request = self.request(Method::POST, "records").header("content-type", headers::FRAMES);
        self.send(request.body(body)).await
    }

    /// A second device of the account, admitted by this one.
    pub(crate) async fn add_device(&mut self) -> Self {
        let mut other = Self {
            account: self.account,
            account_key: self.account_key.clone(),
            ..Self::new(&self.server, &self.name)
        };
        let entry = self.statement(DeviceChange::Add { device: other.new_device() }).sign(&self.key);
        let path = format!("devices/{}", other.device);
        self.log = self.put(&path, &entry).await.json::<alexandria_protocol::api::devices::DeviceLogStored>().end;
        other.log = self.log;
        other.open_session().await;
        other
    }
}

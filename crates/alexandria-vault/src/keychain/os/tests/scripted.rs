//! An in-memory store that follows a script.

use std::any::Any;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender};

use keyring_core::api::CredentialStoreApi;
use keyring_core::{CredentialStore, Error, mock};

use super::*;
use crate::keychain::store::SERVICE;

/// What the store does in a call.
pub(super) enum Step {
    /// Performs the call.
    Succeed,
    /// The call fails.
    Fail(Error),
    /// No entry handle can be created.
    FailToBuildEntry(Error),
    /// Signals that it has started and blocks until it is released, like a call with an open prompt.
    Block(Sender<()>, Receiver<()>),
    /// Panics, and so ends its thread.
    Panic,
}

/// A store that follows a script, and works after its end.
pub(super) struct ScriptedStore {
    inner: Arc<mock::Store>,
    script: Mutex<VecDeque<Step>>,
}

impl ScriptedStore {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { inner: mock::Store::new().unwrap(), script: Mutex::default() })
    }

    /// Sets what the next calls do, in order.
    pub(super) fn set_script(&self, script: impl IntoIterator<Item = Step>) {
        *self.script.lock().unwrap() = script.into_iter().collect();
    }

    pub(super) fn opened(self: &Arc<Self>) -> OpenResult {
        let store: Arc<CredentialStore> = self.clone();
        Ok(store)
    }

    /// A keychain over this store.
    pub(super) fn keychain(self: &Arc<Self>) -> OsKeychain {
        let store = Arc::clone(self);
        handle(&OsKeychain::with_store(move || store.opened()), LONG_TIMEOUT)
    }

    /// The stored secrets by account.
    pub(super) fn secrets(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = self.inner.inner.lock().unwrap().borrow().clone();
        let mut secrets = BTreeMap::new();
        for entry in entries {
            let secret = entry.inner.lock().unwrap().borrow().secret.clone();
            secrets.extend(secret.map(|secret| (entry.specifiers.1.clone(), secret)));
        }
        secrets
    }

    /// Stores a secret that was not written through the keychain.
    pub(super) fn put(&self, account: &str, secret: &[u8]) {
        self.inner.build(SERVICE, account, None).unwrap().set_secret(secret).unwrap();
    }
}

impl CredentialStoreApi for ScriptedStore {
    fn vendor(&self) -> String {
        self.inner.vendor()
    }

    fn id(&self) -> String {
        self.inner.id()
    }

    fn build(&self, service: &str, user: &str, options: Option<&HashMap<&str, &str>>) -> keyring_core::Result<Entry> {
        let step = self.script.lock().unwrap().pop_front();
        let entry = self.inner.build(service, user, options)?;
        match step {
            None | Some(Step::Succeed) => {}
            Some(Step::Fail(error)) => entry.as_any().downcast_ref::<mock::Cred>().unwrap().set_error(error),
            Some(Step::FailToBuildEntry(error)) => return Err(error),
            Some(Step::Block(started, gate)) => {
                started.send(()).unwrap();
                gate.recv().unwrap();
            }
            Some(Step::Panic) => panic!("as some stores do"),
        }
        Ok(entry)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

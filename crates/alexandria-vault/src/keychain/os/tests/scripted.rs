//! A store in memory that does at each call what a test has written down for it.

use std::any::Any;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender};

use keyring_core::api::CredentialStoreApi;
use keyring_core::{CredentialStore, Error, mock};

use super::*;
use crate::keychain::store::SERVICE;

/// What a store does at a call.
pub(super) enum Step {
    /// What it is asked.
    Succeed,
    /// The call fails.
    Fail(Error),
    /// There is not even an entry to ask.
    FailToBuildEntry(Error),
    /// It says that it has begun, and goes on when it is told to, as with a prompt that is open.
    Block(Sender<()>, Receiver<()>),
    /// It takes its thread with it.
    Panic,
}

/// A store that follows a script, and works when that has ended.
pub(super) struct ScriptedStore {
    kept: Arc<mock::Store>,
    script: Mutex<VecDeque<Step>>,
}

impl ScriptedStore {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { kept: mock::Store::new().unwrap(), script: Mutex::default() })
    }

    /// What the calls from now on do, in order.
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

    /// What is kept, by account.
    pub(super) fn secrets(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = self.kept.inner.lock().unwrap().borrow().clone();
        let mut secrets = BTreeMap::new();
        for entry in entries {
            let secret = entry.inner.lock().unwrap().borrow().secret.clone();
            secrets.extend(secret.map(|secret| (entry.specifiers.1.clone(), secret)));
        }
        secrets
    }

    /// Keeps something that no call of ours has asked for.
    pub(super) fn put(&self, account: &str, secret: &[u8]) {
        self.kept.build(SERVICE, account, None).unwrap().set_secret(secret).unwrap();
    }
}

impl CredentialStoreApi for ScriptedStore {
    fn vendor(&self) -> String {
        self.kept.vendor()
    }

    fn id(&self) -> String {
        self.kept.id()
    }

    fn build(&self, service: &str, user: &str, options: Option<&HashMap<&str, &str>>) -> keyring_core::Result<Entry> {
        let step = self.script.lock().unwrap().pop_front();
        let entry = self.kept.build(service, user, options)?;
        match step {
            None | Some(Step::Succeed) => {}
            Some(Step::Fail(error)) => entry.as_any().downcast_ref::<mock::Cred>().unwrap().set_error(error),
            Some(Step::FailToBuildEntry(error)) => return Err(error),
            Some(Step::Block(begun, gate)) => {
                begun.send(()).unwrap();
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

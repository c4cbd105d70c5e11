//! The account that keeps this library in step with others: signing up and in, this device's keys, the account's devices.
//!
//! Secrets are sealed with a key of the library and stored in its database; the password is used once and never stored. Absent:
//! what is sent and received, which is in `sync`, and what is encrypted how (`alexandria-crypto`).

mod connection;
mod device_list;
mod device_name;
mod enrolled;
mod error;
mod join;
mod key_exchange;
mod revoke;
mod sign_in;
mod sign_up;

pub(crate) use self::connection::{Connection, SyncPermissions};
pub use self::device_list::AccountDevice;
pub(crate) use self::device_list::{DeviceSource, list, seen};
pub use self::device_name::suggestion as suggested_device_name;
pub use self::enrolled::AccountInfo;
pub(crate) use self::enrolled::Enrolled;
pub use self::error::AccountError;
pub(crate) use self::key_exchange::accept_grant;
pub(crate) use self::revoke::revoke;
pub use self::sign_in::{SecondFactorCode, SignIn, SignInSecret};
pub(crate) use self::sign_in::{leave, sign_in};
pub(crate) use self::sign_up::sign_up;
pub use self::sign_up::{AccountCreated, SignUp};

//! The mailbox of an enrolment.

use alexandria_protocol::api::enrolments::{
    EnrolmentAnswer, EnrolmentOffer, EnrolmentQuery, EnrolmentReveal, EnrolmentSeal, EnrolmentState, Enrolments,
};
use alexandria_protocol::ids::EnrolmentId;
use alexandria_protocol::routes;
use alexandria_protocol::secret::Ticket;

use crate::feature::Purpose;
use crate::sync::client::{Admission, SyncClient};
use crate::sync::error::SyncError;
use crate::sync::request::Request;

impl SyncClient {
    /// The enrolments that wait for an answer.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn enrolments(&self) -> Result<Enrolments, SyncError> {
        self.ask_in_session(Request::get(routes::enrolments(), Purpose::Devices)).await
    }

    /// The state of an enrolment, as soon as it has gone beyond a step if the query says so.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn enrolment(
        &self,
        admission: Admission<'_>,
        id: EnrolmentId,
        query: EnrolmentQuery,
    ) -> Result<EnrolmentState, SyncError> {
        let request = Request::get(routes::enrolment(id), Purpose::Devices).waiting();
        self.ask_admitted(admission, request.query("after", query.after).query("wait", query.wait)).await
    }

    /// The new device begins.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn offer_enrolment(
        &self,
        ticket: &Ticket,
        id: EnrolmentId,
        body: &EnrolmentOffer,
    ) -> Result<EnrolmentState, SyncError> {
        self.ask(Request::put(routes::put_enrolment(id), Purpose::Devices).json(body)?.ticket(ticket)).await
    }

    /// The old device answers.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn answer_enrolment(&self, id: EnrolmentId, body: &EnrolmentAnswer) -> Result<EnrolmentState, SyncError> {
        self.ask_in_session(Request::post(routes::answer_enrolment(id), Purpose::Devices).json(body)?).await
    }

    /// The new device reveals its keys.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn reveal_enrolment(
        &self,
        ticket: &Ticket,
        id: EnrolmentId,
        body: &EnrolmentReveal,
    ) -> Result<EnrolmentState, SyncError> {
        self.ask(Request::post(routes::reveal_enrolment(id), Purpose::Devices).json(body)?.ticket(ticket)).await
    }

    /// The old device admits the new one.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn seal_enrolment(&self, id: EnrolmentId, body: &EnrolmentSeal) -> Result<EnrolmentState, SyncError> {
        self.ask_in_session(Request::post(routes::seal_enrolment(id), Purpose::Devices).json(body)?).await
    }

    /// Either device cancels.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn cancel_enrolment(&self, admission: Admission<'_>, id: EnrolmentId) -> Result<(), SyncError> {
        let request = Request::delete(routes::cancel_enrolment(id), Purpose::Devices);
        self.send_admitted(admission, request).await.map(drop)
    }
}

//! The path of states by which MFA changes.
//!
//! `UpdateUserPool` and `SetUserPoolMfaConfig` each hold a part of one state that the service checks as a whole, so
//! their order matters. The planner takes the first order in which every state on the way is allowed, and none is
//! weaker than the weaker end.

use crate::cognito::mfa::{Mode, Rule, State};

/// One call of an MFA path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MfaCall {
    /// `UpdateUserPool` with all that it changes.
    UpdatePool,
    /// `SetUserPoolMfaConfig` with the desired mode and factors.
    SetDesired,
    /// `SetUserPoolMfaConfig` with the factors that both ends share, and the weaker of their modes.
    SetShared,
}

/// The calls that lead from one state to another, or the rules that stand in the way of each order.
///
/// # Errors
/// Every rule that some order breaks on its way.
pub fn path(live: State, desired: State) -> Result<Vec<MfaCall>, Vec<Rule>> {
    if desired.violations().is_empty() {
        let orders: [&[MfaCall]; 3] = [
            &[MfaCall::UpdatePool, MfaCall::SetDesired],
            &[MfaCall::SetDesired, MfaCall::UpdatePool],
            &[MfaCall::SetShared, MfaCall::UpdatePool, MfaCall::SetDesired],
        ];
        let mut broken = Vec::new();
        for order in orders {
            match walk(order, live, desired) {
                Ok(()) => return Ok(order.to_vec()),
                Err(rules) => broken.extend(rules),
            }
        }
        broken.sort_unstable();
        broken.dedup();
        return Err(broken);
    }
    Err(desired.violations())
}

fn walk(order: &[MfaCall], live: State, desired: State) -> Result<(), Vec<Rule>> {
    let weakest = live.mode.min(desired.mode);
    let mut state = live;
    for call in order {
        state = after(*call, state, live, desired);
        let broken = state.violations();
        if !broken.is_empty() || state.mode < weakest {
            return Err(broken);
        }
    }
    Ok(())
}

/// The state after a call.
fn after(call: MfaCall, state: State, live: State, desired: State) -> State {
    match call {
        MfaCall::UpdatePool => State {
            mode: state.mode,
            sms: state.sms,
            software_token: state.software_token,
            email: state.email,
            passkeys_are_multi_factor: state.passkeys_are_multi_factor,
            ..desired
        },
        MfaCall::SetDesired => with_factors(state, desired),
        MfaCall::SetShared => with_factors(state, shared(live, desired)),
    }
}

/// The mode and factors that both ends can live with.
pub fn shared(live: State, desired: State) -> State {
    let mut both = State {
        mode: live.mode.min(desired.mode),
        sms: live.sms && desired.sms,
        software_token: live.software_token && desired.software_token,
        email: live.email && desired.email,
        ..desired
    };
    if !both.has_factor() {
        both.mode = Mode::Off;
    }
    both
}

fn with_factors(state: State, from: State) -> State {
    State {
        mode: from.mode,
        sms: from.sms,
        software_token: from.software_token,
        email: from.email,
        passkeys_are_multi_factor: from.passkeys_are_multi_factor,
        ..state
    }
}

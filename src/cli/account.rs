//! The account that a command works on: the sandbox, or the one that credentials lead to.

use std::fs;
use std::path::PathBuf;

#[cfg(feature = "aws")]
use cognitops::cognito::aws::{AssumeRole, AwsCognito, ConnectError, Connection};
use cognitops::cognito::{ApiError, ReadCognito, WriteCognito};
use cognitops::project::Environment;
use cognitops::sandbox::{Access, Options, Sandbox};

use super::{Exit, Failure, Global, work};

/// An account to read from and, for `apply`, to write to.
pub(crate) enum Account {
    Sandbox(Box<Sandbox>),
    #[cfg(feature = "aws")]
    Aws(AwsCognito),
}

impl Account {
    /// Opens what the command line and the project say.
    pub(crate) async fn open(
        global: &Global,
        environment: &Environment,
        access: Access,
    ) -> Result<Self, Failure> {
        match &global.sandbox {
            Some(file) => sandbox(global, file.clone(), environment, access)
                .map(|sandbox| Self::Sandbox(Box::new(sandbox))),
            None => Self::aws(global, environment).await,
        }
    }

    #[cfg(feature = "aws")]
    async fn aws(global: &Global, environment: &Environment) -> Result<Self, Failure> {
        let either = |ours: &Option<String>, theirs: &Option<String>| ours.clone().or_else(|| theirs.clone());
        let connection = Connection {
            region: either(&global.region, &environment.region),
            profile: either(&global.profile, &environment.profile),
            endpoint_url: either(&global.endpoint_url, &environment.endpoint_url),
            ca_bundle: global.ca_bundle.clone(),
            assume_role: environment.assume_role.clone().map(|role| AssumeRole {
                role_arn: role.role_arn,
                external_id: role.external_id,
                session_name: role.session_name,
            }),
            account_id: environment.account_id.clone(),
        };
        connection.connect().await.map(Self::Aws).map_err(|error| {
            let help = match &error {
                ConnectError::NoRegion => {
                    "add --region, set AWS_REGION, or name it in the profile or in cognitops.yaml; --sandbox needs none"
                }
                ConnectError::Trust(_) => "give another file with --ca-bundle, or unset AWS_CA_BUNDLE",
            };
            Failure::with_help(error.to_string(), help, super::Exit::Error)
        })
    }

    #[cfg(not(feature = "aws"))]
    #[allow(clippy::unused_async)] // the other build waits
    async fn aws(_: &Global, _: &Environment) -> Result<Self, Failure> {
        let message = "this build works on the embedded sandbox only";
        Err(Failure::with_help(message, "add --sandbox, or build with the feature `aws`", Exit::Usage))
    }

    /// Refuses an account that is not the environment's. Nothing else has been asked before.
    pub(crate) async fn check(&self, environment: &Environment) -> Result<(), Failure> {
        let Some(wanted) = &environment.account_id else { return Ok(()) };
        let account = self.id().await.map_err(|error| {
            let help = work::way_out(&error).map(str::to_owned);
            let message =
                format!("the account of the environment `{}` is not known: {error}", environment.name);
            Failure::Message(message, help, Exit::Error)
        })?;
        if account == *wanted {
            return Ok(());
        }
        let message = format!(
            "this is the account {account}, and the environment `{}` lives in {wanted}",
            environment.name
        );
        let help = "check the credentials, their profile, and `accountId` in cognitops.yaml";
        Err(Failure::with_help(message, help, Exit::Refused))
    }

    #[cfg_attr(not(feature = "aws"), allow(clippy::unused_async))] // the other build waits
    async fn id(&self) -> Result<String, ApiError> {
        match self {
            Self::Sandbox(sandbox) => Ok(sandbox.account_id()),
            #[cfg(feature = "aws")]
            Self::Aws(aws) => aws.account_id().await,
        }
    }

    /// Whether it is the embedded sandbox.
    pub(crate) fn is_embedded(&self) -> bool {
        matches!(self, Self::Sandbox(_))
    }

    /// The Region that it works in.
    pub(crate) fn region(&self) -> &str {
        match self {
            Self::Sandbox(sandbox) => sandbox.region(),
            #[cfg(feature = "aws")]
            Self::Aws(aws) => aws.region(),
        }
    }

    pub(crate) fn reader(&self) -> &dyn ReadCognito {
        match self {
            Self::Sandbox(sandbox) => sandbox.as_ref(),
            #[cfg(feature = "aws")]
            Self::Aws(aws) => aws,
        }
    }

    pub(crate) fn writer(&self) -> &dyn WriteCognito {
        match self {
            Self::Sandbox(sandbox) => sandbox.as_ref(),
            #[cfg(feature = "aws")]
            Self::Aws(aws) => aws,
        }
    }

    /// Keeps what was written, where that is ours to do.
    pub(crate) fn flush(&self) -> Result<(), Failure> {
        match self {
            Self::Sandbox(sandbox) => sandbox.flush().map_err(|error| Failure::error(error.to_string())),
            #[cfg(feature = "aws")]
            Self::Aws(_) => Ok(()),
        }
    }
}

fn sandbox(
    global: &Global,
    file: Option<PathBuf>,
    environment: &Environment,
    access: Access,
) -> Result<Sandbox, Failure> {
    let defaults = Options::default();
    let options = Options {
        region: global.region.clone().or_else(|| environment.region.clone()).unwrap_or(defaults.region),
        account_id: environment.account_id.clone().unwrap_or(defaults.account_id),
        omitted: global.sandbox_omitted,
        shuffle: global.sandbox_shuffle,
        ..defaults
    };
    let path = match file {
        Some(file) => file,
        None => default_file(environment, access)?,
    };
    Sandbox::open(&path, access, options).map_err(|error| Failure::error(error.to_string()))
}

/// The sandbox's file below the project; the directory keeps itself out of Git.
fn default_file(environment: &Environment, access: Access) -> Result<PathBuf, Failure> {
    let directory = environment.root.join(".cognitops");
    if access == Access::Write {
        let ignore = directory.join(".gitignore");
        let made = fs::create_dir_all(&directory)
            .and_then(|()| if ignore.exists() { Ok(()) } else { fs::write(&ignore, "*\n") });
        made.map_err(|error| Failure::error(format!("{}: {error}", directory.display())))?;
    }
    Ok(directory.join(format!("sandbox-{}.json", environment.name)))
}

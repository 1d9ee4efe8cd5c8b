"""Worker deployments: which build of the code a journey's run stays with.

A run that a pinned worker has begun is finished by workers of the same build; the run that follows
it (continue-as-new) begins with the build that is current then. So a release needs no patches in
the workflow's code, and an old worker may go once its last run has ended.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import Struct
from temporalio.api.enums.v1 import VersionDrainageStatus
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    ListWorkerDeploymentsRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkerDeploymentConfig

from worker.errors import WorkerError

NAME = "careway"
DECIDING = ("pathways", "workflows", "activities", "worker")
"""Packages whose code is a build."""
_PATIENCE = 30.0
_PAUSE = 0.1
_NOT_YET = (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)


class Deployment(Struct, frozen=True):
    """A build of the code. ``behaviour``: whether runs stay with it (``pinned``), or go over to
    the current build at once (``auto-upgrade``), for one machine that replaces its code."""

    name: str
    build: str
    behaviour: Literal["pinned", "auto-upgrade"] = "pinned"

    def config(self) -> WorkerDeploymentConfig:
        """For the worker."""
        pinned = self.behaviour == "pinned"
        return WorkerDeploymentConfig(
            version=WorkerDeploymentVersion(self.name, self.build),
            use_worker_versioning=True,
            default_versioning_behavior=(
                VersioningBehavior.PINNED if pinned else VersioningBehavior.AUTO_UPGRADE
            ),
        )


class Build(Struct, frozen=True):
    """A build that the server knows. ``status``: current, draining (runs are still with it),
    drained (its workers may go) or inactive (never current)."""

    deployment: str
    build: str
    status: Literal["current", "draining", "drained", "inactive"]


@cache
def build_id() -> str:
    """The digest of the code: the same on every machine that runs the same."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for package in DECIDING:
        for file in sorted((root / package).rglob("*.py")):
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


async def make_current(client: Client, deployment: Deployment) -> None:
    """New runs begin with this build from now on, as soon as a worker of it listens.

    Raises ``WorkerError`` when none does within half a minute."""
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace,
        deployment_name=deployment.name,
        build_id=deployment.build,
        identity=client.identity,
        ignore_missing_task_queues=True,
    )
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            await client.workflow_service.set_worker_deployment_current_version(request)
        except RPCError as error:
            if error.status not in _NOT_YET:
                raise
            if time.monotonic() > until:
                raise WorkerError(
                    f"No worker of build {deployment.build} of {deployment.name} listens: "
                    f"careway worker --deployment {deployment.name}."
                ) from None
        else:
            return
        await asyncio.sleep(_PAUSE)  # the server tells nobody of a new build


async def builds(client: Client) -> list[Build]:
    """Every build of every deployment, newest first."""
    found: list[Build] = []
    listed = await client.workflow_service.list_worker_deployments(
        ListWorkerDeploymentsRequest(namespace=client.namespace)
    )
    for one in listed.worker_deployments:
        described = await client.workflow_service.describe_worker_deployment(
            DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=one.name)
        )
        info = described.worker_deployment_info
        current = info.routing_config.current_deployment_version.build_id
        versions = sorted(info.version_summaries, key=lambda v: -v.create_time.ToNanoseconds())
        for version in versions:
            build = version.deployment_version.build_id
            found.append(Build(one.name, build, _status(build == current, version.drainage_status)))
    return found


def _status(current: bool, drainage: int) -> Literal["current", "draining", "drained", "inactive"]:
    if current:
        return "current"
    if drainage == VersionDrainageStatus.VERSION_DRAINAGE_STATUS_DRAINING:
        return "draining"
    if drainage == VersionDrainageStatus.VERSION_DRAINAGE_STATUS_DRAINED:
        return "drained"
    return "inactive"

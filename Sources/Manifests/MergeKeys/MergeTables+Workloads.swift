/// Controllers of pods (`k8s.io/api/apps/v1`, `batch/v1`).
extension MergeTables {
    private static let template = object("PodTemplateSpec")
    private static let conditionStatus = object("ConditionStatus")
    /// `patchStrategy:"retainKeys"` on the Deployment's strategy: `Recreate` must drop `rollingUpdate`.
    private static let deploymentStrategy = MergeSchema("Plain", patch: .init(retainsKeys: true))

    static let workloadTypes: [String: Fields] = [
        "ConditionStatus": ["conditions": conditions],
        "Deployment": ["metadata": metadata, "spec": object("DeploymentSpec"), "status": conditionStatus],
        "DeploymentSpec": ["selector": labelSelector, "template": template, "strategy": deploymentStrategy],
        "ReplicaSet": ["metadata": metadata, "spec": object("ReplicaSetSpec"), "status": conditionStatus],
        "ReplicaSetSpec": ["selector": labelSelector, "template": template],
        "DaemonSet": ["metadata": metadata, "spec": object("ReplicaSetSpec"), "status": conditionStatus],
        "StatefulSet": ["metadata": metadata, "spec": object("StatefulSetSpec"), "status": conditionStatus],
        "StatefulSetSpec": [
            "selector": labelSelector, "template": template, "volumeClaimTemplates": atomicList,
        ],
        "ReplicationController": [
            "metadata": metadata, "spec": object("ReplicationControllerSpec"), "status": conditionStatus,
        ],
        "ReplicationControllerSpec": ["selector": atomicObject(), "template": template],
        "PodTemplate": ["metadata": metadata, "template": template],
        "Job": ["metadata": metadata, "spec": object("JobSpec"), "status": object("JobStatus")],
        "JobSpec": ["selector": labelSelector, "template": template, "podFailurePolicy": object("PodFailurePolicy")],
        "PodFailurePolicy": ["rules": atomicList],
        "JobStatus": ["conditions": keyedForPatches(by: "type")],
        "CronJob": ["metadata": metadata, "spec": object("CronJobSpec"), "status": object("CronJobStatus")],
        "CronJobSpec": ["jobTemplate": object("JobTemplateSpec")],
        "JobTemplateSpec": ["metadata": metadata, "spec": object("JobSpec")],
        "CronJobStatus": ["active": atomicList],
    ]
}

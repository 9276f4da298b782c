extension BuiltInTypes {
    static let policy = """
        package io.k8s.api.policy.v1
        PodDisruptionBudget
            apiVersion string
            kind string
            metadata! ObjectMeta
            spec! PodDisruptionBudgetSpec
            status! PodDisruptionBudgetStatus
        PodDisruptionBudgetSpec
            minAvailable intOrString
            selector LabelSelector
            maxUnavailable intOrString
            unhealthyPodEvictionPolicy string
        PodDisruptionBudgetStatus
            observedGeneration int64
            disruptedPods {time}
            disruptionsAllowed int32
            currentHealthy int32
            desiredHealthy int32
            expectedPods int32
            conditions [Condition] key(type)
        """

    static let rbac = """
        package io.k8s.api.rbac.v1
        Role
            apiVersion string
            kind string
            metadata! ObjectMeta
            rules! [PolicyRule]
        ClusterRole
            apiVersion string
            kind string
            metadata! ObjectMeta
            rules! [PolicyRule]
            aggregationRule AggregationRule
        AggregationRule
            clusterRoleSelectors [LabelSelector]
        PolicyRule
            verbs [string]
            apiGroups [string]
            resources [string]
            resourceNames [string]
            nonResourceURLs [string]
        RoleBinding
            apiVersion string
            kind string
            metadata! ObjectMeta
            subjects [Subject]
            roleRef! RoleRef
        ClusterRoleBinding
            apiVersion string
            kind string
            metadata! ObjectMeta
            subjects [Subject]
            roleRef! RoleRef
        Subject atomic
            kind string
            apiGroup string
            name string
            namespace string
        RoleRef atomic
            apiGroup string
            kind string
            name string
        """

    static let authorization = """
        package io.k8s.api.authorization.v1
        SelfSubjectAccessReview
            apiVersion string
            kind string
            metadata! ObjectMeta
            spec! SelfSubjectAccessReviewSpec
            status! SubjectAccessReviewStatus
        SelfSubjectAccessReviewSpec
            resourceAttributes ResourceAttributes
            nonResourceAttributes NonResourceAttributes
        ResourceAttributes
            namespace string
            verb string
            group string
            version string
            resource string
            subresource string
            name string
            fieldSelector any
            labelSelector any
        NonResourceAttributes
            path string
            verb string
        SubjectAccessReviewStatus
            allowed bool
            denied bool
            reason string
            evaluationError string
        """
}

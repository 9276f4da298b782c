extension BuiltInTypes {
    static let policy = """
        package io.k8s.api.policy.v1
        PodDisruptionBudget
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            spec! PodDisruptionBudgetSpec #2
            status! PodDisruptionBudgetStatus #3
        PodDisruptionBudgetSpec
            minAvailable intOrString #1
            selector LabelSelector #2
            maxUnavailable intOrString #3
            unhealthyPodEvictionPolicy? string #4
        PodDisruptionBudgetStatus
            observedGeneration int64 #1
            disruptedPods {time} #2
            disruptionsAllowed int32 #3
            currentHealthy int32 #4
            desiredHealthy int32 #5
            expectedPods int32 #6
            conditions [Condition] key(type) #7
        """

    static let rbac = """
        package io.k8s.api.rbac.v1
        Role
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            rules! [PolicyRule] #2
        ClusterRole
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            rules! [PolicyRule] #2
            aggregationRule AggregationRule #3
        AggregationRule
            clusterRoleSelectors [LabelSelector] #1
        PolicyRule
            verbs [string] #1
            apiGroups [string] #2
            resources [string] #3
            resourceNames [string] #4
            nonResourceURLs [string] #5
        RoleBinding
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            subjects [Subject] #2
            roleRef! RoleRef #3
        ClusterRoleBinding
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            subjects [Subject] #2
            roleRef! RoleRef #3
        Subject atomic
            kind string #1
            apiGroup string #2
            name string #3
            namespace string #4
        RoleRef atomic
            apiGroup string #1
            kind string #2
            name string #3
        """

    static let authorization = """
        package io.k8s.api.authorization.v1
        SelfSubjectAccessReview
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            spec! SelfSubjectAccessReviewSpec #2
            status! SubjectAccessReviewStatus #3
        SelfSubjectAccessReviewSpec
            resourceAttributes ResourceAttributes #1
            nonResourceAttributes NonResourceAttributes #2
        ResourceAttributes
            namespace string #1
            verb string #2
            group string #3
            version string #4
            resource string #5
            subresource string #6
            name string #7
            fieldSelector any #8
            labelSelector any #9
        NonResourceAttributes
            path string #1
            verb string #2
        SubjectAccessReviewStatus
            allowed bool #1
            denied bool #4
            reason string #2
            evaluationError string #3
        """
}

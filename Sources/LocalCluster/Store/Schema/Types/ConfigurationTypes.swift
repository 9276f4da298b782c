extension BuiltInTypes {
    static let configuration = """
        package io.k8s.api.core.v1
        ConfigMap
            apiVersion string
            kind string
            metadata! ObjectMeta
            immutable bool
            data {string}
            binaryData {bytes}
        Secret
            apiVersion string
            kind string
            metadata! ObjectMeta
            immutable bool
            data {bytes}
            stringData {string}
            type string
        ServiceAccount
            apiVersion string
            kind string
            metadata! ObjectMeta
            secrets [ObjectReference] key(name)
            imagePullSecrets [LocalObjectReference]
            automountServiceAccountToken bool
        ObjectReference atomic
            kind string
            namespace string
            name string
            uid string
            apiVersion string
            resourceVersion string
            fieldPath string
        """

    static let namespace = """
        package io.k8s.api.core.v1
        Namespace
            apiVersion string
            kind string
            metadata! ObjectMeta
            spec! NamespaceSpec
            status! NamespaceStatus
        NamespaceSpec
            finalizers [string]
        NamespaceStatus
            phase string
            conditions [NamespaceCondition] key(type)
        NamespaceCondition
            type string
            status string
            lastTransitionTime time
            reason string
            message string
        """
}

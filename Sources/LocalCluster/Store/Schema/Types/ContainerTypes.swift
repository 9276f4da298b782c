extension BuiltInTypes {
    static let container = """
        package io.k8s.api.core.v1
        Container
            name string #1
            image string #2
            command [string] #3
            args [string] #4
            workingDir string #5
            ports [ContainerPort] key(containerPort,protocol) patch(containerPort) #6
            envFrom [EnvFromSource] #19
            env [EnvVar] key(name) #7
            resources! ResourceRequirements #8
            resizePolicy [ContainerResizePolicy] #23
            restartPolicy? string #24
            restartPolicyRules [ContainerRestartRule]
            volumeMounts [VolumeMount] key(mountPath) #9
            volumeDevices [VolumeDevice] key(devicePath) #21
            livenessProbe Probe #10
            readinessProbe Probe #11
            startupProbe Probe #22
            lifecycle Lifecycle #12
            terminationMessagePath string #13
            terminationMessagePolicy string #20
            imagePullPolicy string #14
            securityContext SecurityContext #15
            stdin bool #16
            stdinOnce bool #17
            tty bool #18
        EphemeralContainer
            ...Container #1
            targetContainerName string #2
        ContainerPort
            name string #1
            hostPort int32 #2
            containerPort int32 #3
            protocol string #4
            hostIP string #5
        EnvFromSource
            prefix string #1
            configMapRef ConfigMapEnvSource #2
            secretRef SecretEnvSource #3
        ConfigMapEnvSource
            ...LocalObjectReference #1
            optional? bool #2
        SecretEnvSource
            ...LocalObjectReference #1
            optional? bool #2
        EnvVar
            name string #1
            value string #2
            valueFrom EnvVarSource #3
        EnvVarSource
            fieldRef ObjectFieldSelector #1
            resourceFieldRef ResourceFieldSelector #2
            configMapKeyRef ConfigMapKeySelector #3
            secretKeyRef SecretKeySelector #4
            fileKeyRef FileKeySelector
        ObjectFieldSelector atomic
            apiVersion string #1
            fieldPath string #2
        ResourceFieldSelector atomic
            containerName string #1
            resource string #2
            divisor! quantity #3
        ConfigMapKeySelector atomic
            ...LocalObjectReference #1
            key string #2
            optional? bool #3
        SecretKeySelector atomic
            ...LocalObjectReference #1
            key string #2
            optional? bool #3
        FileKeySelector atomic
            volumeName string
            path string
            key string
            optional? bool
        ResourceRequirements
            limits {quantity} #1
            requests {quantity} #2
            claims [ResourceClaim] key(name) #3
        ResourceClaim
            name string #1
            request string #2
        ContainerResizePolicy
            resourceName string #1
            restartPolicy string #2
        ContainerRestartRule
            action string
            exitCodes ContainerRestartRuleOnExitCodes
        ContainerRestartRuleOnExitCodes
            operator string
            values [int32] set
        VolumeMount
            name string #1
            readOnly bool #2
            recursiveReadOnly? string #7
            mountPath string #3
            subPath string #4
            mountPropagation? string #5
            subPathExpr string #6
        VolumeDevice
            name string #1
            devicePath string #2
        ProbeHandler
            exec ExecAction #1
            httpGet HTTPGetAction #2
            tcpSocket TCPSocketAction #3
            grpc GRPCAction #4
        Probe
            ...ProbeHandler #1
            initialDelaySeconds int32 #2
            timeoutSeconds int32 #3
            periodSeconds int32 #4
            successThreshold int32 #5
            failureThreshold int32 #6
            terminationGracePeriodSeconds? int64 #7
        ExecAction
            command [string] #1
        HTTPGetAction
            path string #1
            port! intOrString #2
            host string #3
            scheme string #4
            httpHeaders [HTTPHeader] #5
        HTTPHeader
            name string #1
            value string #2
        TCPSocketAction
            port! intOrString #1
            host string #2
        GRPCAction
            port int32 #1
            service? string #2
        SleepAction
            seconds int64 #1
        Lifecycle
            postStart LifecycleHandler #1
            preStop LifecycleHandler #2
            stopSignal? string
        LifecycleHandler
            exec ExecAction #1
            httpGet HTTPGetAction #2
            tcpSocket TCPSocketAction #3
            sleep SleepAction #4
        SecurityContext
            capabilities Capabilities #1
            privileged? bool #2
            seLinuxOptions SELinuxOptions #3
            windowsOptions WindowsSecurityContextOptions #10
            runAsUser? int64 #4
            runAsGroup? int64 #8
            runAsNonRoot? bool #5
            readOnlyRootFilesystem? bool #6
            allowPrivilegeEscalation? bool #7
            procMount? string #9
            seccompProfile SeccompProfile #11
            appArmorProfile AppArmorProfile #12
        Capabilities
            add [string] #1
            drop [string] #2
        """
}

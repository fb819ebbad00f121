using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Controller.Etcd;

/// <summary>How etcd is reached (controllerType=Etcd). None of these is a key of Apache's.</summary>
[Secrets(nameof(EtcdPassword))]
public sealed record EtcdOptions
{
    /// <summary>Its members as <c>http://host:port</c> or <c>https://host:port</c>, joined by semicolons.</summary>
    public string EtcdEndpoints { get; init; } = "http://127.0.0.1:2379";

    /// <summary>What all keys begin with; then comes controllerDLegerGroup.</summary>
    public string EtcdKeyPrefix { get; init; } = "/rocketmq/controller";

    /// <summary>User, where etcd asks for one.</summary>
    public string EtcdUser { get; init; } = "";

    /// <summary>Its password.</summary>
    public string EtcdPassword { get; init; } = "";

    /// <summary>PEM file with the authorities that etcd's certificates are signed by; empty: the system's.</summary>
    public string EtcdCaFile { get; init; } = "";

    /// <summary>PEM file with this controller's certificate, where etcd asks for one.</summary>
    public string EtcdCertFile { get; init; } = "";

    /// <summary>PEM file with the key of it.</summary>
    public string EtcdKeyFile { get; init; } = "";

    /// <summary>How long etcd waits for a sign of life of the controller that leads, s: then another may. It is given three times as often.</summary>
    public int EtcdLeaseSeconds { get; init; } = 3;

    /// <summary>How long one question to etcd may take, ms.</summary>
    public int EtcdRequestTimeoutMillis { get; init; } = 2000;
}

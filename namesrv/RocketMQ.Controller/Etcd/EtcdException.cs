namespace RocketMQ.Controller.Etcd;

/// <summary>etcd can't be reached, refuses, or answers what it should not; the message says which, and what to do.</summary>
internal sealed class EtcdException(string message, Exception? inner = null) : Exception(message, inner);

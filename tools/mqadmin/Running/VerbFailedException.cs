namespace RocketMQ.MqAdmin.Running;

/// <summary>A verb could not do what it was asked to, and says why and what helps: exit code 1.</summary>
internal sealed class VerbFailedException(string message) : Exception(message);

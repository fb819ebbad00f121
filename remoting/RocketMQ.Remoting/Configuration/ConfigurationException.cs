namespace RocketMQ.Remoting.Configuration;

/// <summary>A configuration that can't be used; the message is a sentence for the person who wrote it.</summary>
public sealed class ConfigurationException(string message) : Exception(message);

namespace RocketMQ.Fault.Tests;

/// <summary>An audit found something; the message says what, when, and where the evidence lies.</summary>
public sealed class AuditFailedException(string message) : Exception(message);

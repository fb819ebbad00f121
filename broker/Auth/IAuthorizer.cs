using RocketMQ.Broker.Core;

namespace RocketMQ.Broker.Auth;

/// <summary>
/// Asked by an operation about what it found: it may be given a record by its place in the log, and whose that is nobody knows before it is
/// read. What is named in words is asked about where a request is decoded.
/// </summary>
public interface IAuthorizer
{
    /// <summary>Whether a caller may do something to the topic a record belongs to.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="actions">Any one of these.</param>
    /// <param name="topic">The record's topic; a retry topic stands for its group.</param>
    /// <param name="group">The group it is read for: its own retry topics need nothing beyond it. <see langword="null"/> for none.</param>
    /// <returns><see langword="null"/> when it may, or when access control is off.</returns>
    Refusal? Check(in Caller caller, AccessAction actions, string topic, string? group = null);
}

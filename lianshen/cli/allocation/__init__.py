<<<<<<< HEAD
"""Commands about homes of a project: their draw."""
=======
"""The commands of whoever gives homes out: projects, deposits, choosing, contracts and keys."""
>>>>>>> 66e180d0f6f5dd22b4d3e0fb8b6ba31fb3346d23
